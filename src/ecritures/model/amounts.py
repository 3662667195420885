"""Money as people read it. Inside the product it is integer cents, never anything else."""

from __future__ import annotations


def cents_text(cents: int) -> str:
    """Write cents in French: `-123456` → `-1 234,56` (with narrow no-break spaces)."""
    sign = "-" if cents < 0 else ""
    units, rest = divmod(abs(cents), 100)
    return f"{sign}{units:,}".replace(",", "\u202f") + f",{rest:02d}"

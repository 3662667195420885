"""How the texts of rows of totals begin, in printed journals and their exports."""

from __future__ import annotations

TOTAL = r"(?i)^\W*(?:grand\s+)?(?:sous|ss|s)?[\s/.-]*tota(?:l|ux)\b"
"""How the text of a total begins."""
CARRIED = (
    r"(?i)^\W*(?:reports?(?:\s+(?:de\s+)?(?:la\s+)?(?:pages?|folios?)\b.*|\W*[0-9]*\W*$)"
    r"|[àa]\s+reporter\b|cumuls?\b|soldes?\s+d[ue]\s+(?:la\s+)?(?:journal|mois|page|p[ée]riode)\b)"
)
"""How a page or journal total, or an amount carried forward, begins; not `Report à nouveau`."""

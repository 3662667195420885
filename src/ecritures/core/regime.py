"""The tax regimes for which the law describes different FECs (article A47 A-1 of the LPF)."""

from __future__ import annotations

from enum import StrEnum


class Regime(StrEnum):
    """The rules a FEC must follow. A file of any other layout has no regime (None)."""

    BIC = "bic"  # VII: commercial accounting, and corporation tax
    COMMERCIAL = "commercial"  # VIII 3°: BNC and BA that keep commercial accounts
    BA_CASH = "ba-cash"  # VIII 5°: BA in cash accounting
    BNC_CASH = "bnc-cash"  # VIII 7°: BNC in cash accounting

    @property
    def is_cash(self) -> bool:
        """Whether entries are recorded when they are paid."""
        return self in (Regime.BA_CASH, Regime.BNC_CASH)

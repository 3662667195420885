"""Third parties in the place of a general account that nothing gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import LOST

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.accounts import Accounts


class AloneThirdParties:
    """Tells each third party without a collective account, once.

    Such are the accounts that the model says to be third parties, and those that have letters and
    do not begin with three digits.

    Args:
        how: What the model says of accounts.
        anomalies: Where they are recorded.
    """

    def __init__(self, how: Accounts, anomalies: Anomalies) -> None:
        self._kinds = [one for one in how.third_parties if one.general is None]
        self._anomalies = anomalies
        self._known: set[str] = set()

    def look(self, line: pl.Series, general: pl.Series, auxiliary: pl.Series, column: str) -> None:
        """Look at the accounts of some lines; `column` is what the file calls them."""
        words = general.unique()
        alone = words.str.contains("[A-Za-z]") & ~words.str.contains(f"^[0-9]{{3}}|{LOST}")
        for kind in self._kinds:
            alone |= kind.fits(words)
        new = [word for word in words.filter(alone) if word not in self._known]
        if not new:
            return
        found = pl.DataFrame({"line": line, "value": general, "auxiliary": auxiliary})
        found = found.filter(pl.col("value").is_in(new) & (pl.col("auxiliary") == ""))
        found = found.unique("value", keep="first", maintain_order=True)
        self._known.update(found["value"])
        self._anomalies.extend("MOD-CPT-01", found.select("line", "value"), column=column)

"""What amounts mean where a file leaves it open: euros or cents, decimals or thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.policies import AmountUnit
from ecritures.core.thousands import ThousandsDoubt
from ecritures.core.whole_amounts import WholeAmounts

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.formats.layouts.document import ImportModel

_SIDES = ("debit_cents", "credit_cents", "amount")
_NUMBERS = ("jsonLines", "xml")
"""Kinds of files whose amounts are numbers, which have no thousands mark."""


def with_unit(model: ImportModel, unit: AmountUnit) -> ImportModel:
    """Return a model whose amounts are in a unit; `auto`: the one that it says."""
    if unit is AmountUnit.AUTO:
        return model
    implied = {} if model.amounts.implied == 0 else {"implied": 0}
    amounts = model.amounts.model_copy(update={"unit": str(unit), **implied})
    return model.model_copy(update={"amounts": amounts})


class UnitDoubt:
    """Tells what the amounts of a whole file leave open.

    Where the model leaves the unit open, that no amount has a decimal mark; where it names no mark
    of thousands, that three digits after a mark may be decimals or thousands.

    Args:
        model: How amounts are written.
        anomalies: Where it is recorded.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        how = model.amounts
        asks = not how.decimals_implied and not how.thousands and model.input.kind not in _NUMBERS
        self._doubts = (
            ThousandsDoubt(anomalies, "MOD-MNT-04", asks=asks),
            WholeAmounts(anomalies, "MOD-MNT-02", asks=how.unit == "ask"),
        )

    def look(self, block: Block) -> None:
        """Look at the amounts of the next lines."""
        for name in _SIDES if any(one.is_open for one in self._doubts) else ():
            if name in block.text.columns:
                for doubt in self._doubts:
                    doubt.look(block.text["line"], block.text[name], block.names.get(name, name))

    def finish(self) -> None:
        """Tell it, once the whole file is read."""
        for doubt in self._doubts:
            doubt.finish()

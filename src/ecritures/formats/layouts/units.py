"""What amounts mean where a file leaves it open: euros or cents, decimals or thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.policies import AmountUnit
from ecritures.core.thousands import ThousandsDoubt

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
        self._anomalies = anomalies
        how = model.amounts
        self._asks = how.unit == "ask"
        asks = not how.decimals_implied and not how.thousands and model.input.kind not in _NUMBERS
        self._thousands = ThousandsDoubt(anomalies, "MOD-MNT-04", asks=asks)
        self._first: tuple[int, str, str] | None = None

    def look(self, block: Block) -> None:
        """Look at the amounts of the next lines."""
        for name in _SIDES if self._thousands.is_open else ():
            if name in block.text.columns:
                text, column = block.text[name], block.names.get(name, name)
                self._thousands.look(block.text["line"], text, column)
        for name in _SIDES if self._asks else ():
            if name not in block.text.columns:
                continue
            text = block.text[name]
            if text.str.contains("[.,]").any():
                self._asks = False
                return
            given = block.text.filter(text.str.contains("[1-9]")).select("line", name)
            if self._first is None and given.height:
                line, value = given.row(0)
                self._first = (line, block.names.get(name, name), value)

    def finish(self) -> None:
        """Tell it, once the whole file is read."""
        self._thousands.finish()
        if self._asks and self._first:
            line, column, value = self._first
            self._anomalies.add("MOD-MNT-02", line=line, column=column, value=value)

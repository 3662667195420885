"""Amounts in euros or in cents, where a model reads files of both kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.policies import AmountUnit

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.formats.layouts.document import ImportModel

_SIDES = ("debit_cents", "credit_cents", "amount")


def with_unit(model: ImportModel, unit: AmountUnit) -> ImportModel:
    """Return a model whose amounts are in a unit; `auto`: the one that it says."""
    if unit is AmountUnit.AUTO:
        return model
    implied = {} if model.amounts.implied == 0 else {"implied": 0}
    amounts = model.amounts.model_copy(update={"unit": str(unit), **implied})
    return model.model_copy(update={"amounts": amounts})


class UnitDoubt:
    """Tells that no amount of a file has a decimal mark, where the model leaves the unit open.

    Args:
        model: How amounts are written.
        anomalies: Where it is told.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._asks = model.amounts.unit == "ask"
        self._first: tuple[int, str, str] | None = None

    def look(self, block: Block) -> None:
        """Look for a decimal mark in the next lines."""
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
        if self._asks and self._first:
            line, column, value = self._first
            self._anomalies.add("MOD-MNT-02", line=line, column=column, value=value)

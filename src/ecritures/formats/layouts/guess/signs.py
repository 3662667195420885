"""Journals that write the amounts of one side with a minus sign: the credits, as a rule."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.guess.balance import balanced_by, cents, negative_side
from ecritures.formats.layouts.guess.refusal import nothing

if TYPE_CHECKING:
    from ecritures.formats.layouts.guess.columns import Found
    from ecritures.formats.layouts.guess.grid import Table

_KEYS = ("entryNumber", "pieceRef", "entryDate")
_SIDES = {"debit": ("débits", "debits"), "credit": ("crédits", "credits")}


def side_to_turn(table: Table, found: Found) -> str | None:
    """Return the side whose amounts are all negative, where the rows balance with the sign turned.

    Raises:
        RefusedRequestError: They only balance so, but this side has amounts of both signs.
    """
    if not {"debit", "credit"} <= found.at.keys():
        return None
    side = negative_side(table, found.at)
    sides = [[cents(cell) for cell in table.column(found.at[name])] for name in _SIDES]
    debit, credit = map(sum, sides)
    if side is not None:
        keys = [table.column(found.at[name]) for name in _KEYS if name in found.at]
        balances = any(balanced_by(table, key, found.at) for key in keys)
        return side if balances or debit + credit == 0 else None
    for name, amounts in zip(_SIDES, sides, strict=True):
        both = any(one < 0 for one in amounts) and any(one > 0 for one in amounts)
        if both and debit - credit != 0 and debit + credit == 0:
            shown = table.header[found.at[name]] if table.header else name
            nothing(
                f"la colonne {shown} a des montants des deux signes, et le fichier ne s'équilibre "
                "que si on les inverse",
                f"the column {shown} has amounts of both signs, and the file only balances when "
                "they are turned",
            )
    return None


def turn(document: dict[str, Any], side: str) -> tuple[str, str]:
    """Read both columns as one signed amount, positive on the debit side; say so.

    Args:
        document: The model; changed.
        side: The side whose amounts are negative.
    """
    fields = document["fields"]
    amounts = {name: fields.pop(name) for name in _SIDES}
    positive = "debit" if side == "credit" else "credit"
    document["amounts"]["positive"] = positive
    document["lines"] = [{"amount": deepcopy(one), "skipZero": True} for one in amounts.values()]
    document["grouping"] = "auto"  # a row is a line, not an entry
    fr, en = _SIDES[side]
    return (
        f"Les {fr} sont écrits en négatif ; avec le signe contraire, le fichier s'équilibre.",
        f"The {en} are written as negative amounts; with their sign turned, the file balances.",
    )

"""Which column of a table is which field: by its name, or by its content."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.formats.layouts.guess.balance import balanced_by, opposed
from ecritures.formats.layouts.guess.bank import Book, find_book
from ecritures.formats.layouts.guess.cells import (
    ACCOUNT_AND_NAME,
    are_padded,
    has_decimals,
    is_account,
    is_amount,
    is_date,
    is_direction,
    is_journal,
    is_text,
    share,
)
from ecritures.formats.layouts.guess.grid import LIKELY, POSSIBLE, SURE
from ecritures.formats.layouts.guess.pairs import SIDES, account_pair
from ecritures.formats.layouts.guess.refusal import nothing
from ecritures.formats.layouts.guess.words import SHOWN, rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.formats.layouts.guess.grid import Table

CARRIED = ("entryDate", "journalCode", "entryNumber", "pieceRef")
FILLED_MIN = 0.5
_PART_OF_INVOICE = re.compile(r"(?i)\b(?:ht|tva|ttc|vat|net|gross)\b")
_AMOUNTS = ("debit", "credit", "amount")


@dataclass(slots=True)
class Found:
    """The columns found.

    Attributes:
        at: Field → its column, from 0.
        sure: Field → how sure that is, from 0 to 1.
        doubts: What could as well be otherwise, in French and in English.
        book: How to read the rows of one treasury account; None where they are not such.
    """

    at: dict[str, int] = field(default_factory=dict)
    sure: dict[str, float] = field(default_factory=dict)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    book: Book | None = None

    @property
    def has_pair(self) -> bool:
        """Whether each row has an account to debit and one to credit."""
        return SIDES[0] in self.at

    def take(self, name: str, at: int, sure: float) -> None:
        """Take a column for a field."""
        self.at[name] = at
        self.sure[name] = round(sure, 2)

    def free(self, table: Table) -> list[int]:
        """Return the columns that are no field yet, and have a value."""
        taken = set(self.at.values())
        return [at for at in range(len(table.places)) if at not in taken and any(table.column(at))]


def find_columns(table: Table, file_name: str = "") -> Found:
    """Find the columns.

    Args:
        table: The rows.
        file_name: That of the file.

    Raises:
        RefusedRequestError: A field that no model can do without is not there.
    """
    found = Found()
    if pair := account_pair(table.header, table.body):
        for side, at in zip(SIDES, pair, strict=True):
            found.take(side, at, SURE)
    _by_name(table, found)
    if pair:
        for name in ("accountNumber", "debit", "credit", "direction"):
            found.at.pop(name, None)
    _by_likeness(table, found, "entryDate", is_date)
    if "debit" not in found.at and not pair:
        _by_likeness(table, found, "direction", is_direction)
    if not pair:
        _by_likeness(table, found, "accountNumber", is_account)
    _amounts(table, found)
    _journal(table, found)
    if not pair:
        found.book = find_book(table, found, file_name)
    _number(table, found)
    _label(table, found)
    _require(table, found)
    return found


def _by_name(table: Table, found: Found) -> None:
    for name in SHOWN:
        free = [at for at in range(len(table.header)) if at not in found.at.values()]
        ranked = [(known, at) for at in free if (known := rank(name, table.header[at])) is not None]
        if ranked:
            found.take(name, min(ranked)[1], SURE)
    if "debit" in found.at and "credit" in found.at:
        found.at.pop("amount", None)
        found.at.pop("direction", None)


def _by_likeness(table: Table, found: Found, name: str, likeness: Callable[[str], bool]) -> None:
    """Find a field by what its cells look like; of several columns, those that vary come first."""
    if name in found.at:
        return
    ranked = []
    for at in found.free(table):
        cells = table.column(at)
        fits = share(cells, likeness)
        filled = sum(map(bool, cells)) / len(cells)
        if fits > LIKELY and (filled >= FILLED_MIN or cells[0]):
            varies = len({cell for cell in cells if cell}) > 1
            ranked.append((varies, round(fits, 1), round(filled, 1), -at))
    ranked.sort(reverse=True)
    if not ranked:
        return
    best = ranked[0]
    found.take(name, -best[-1], LIKELY * best[1])
    equal = [-one[-1] for one in ranked if one[:-1] == best[:-1]]
    if len(equal) > 1:
        _doubt(table, found, name, equal)


def _journal(table: Table, found: Found) -> None:
    """Find the codes of journals: one wherever there is a date, unlike a means of payment."""
    if "journalCode" in found.at:
        return
    _by_likeness(table, found, "journalCode", is_journal)
    if not {"journalCode", "entryDate"} <= found.at.keys():
        return
    columns = table.column(found.at["entryDate"]), table.column(found.at["journalCode"])
    if any(day and not code for day, code in zip(*columns, strict=True)):
        del found.at["journalCode"], found.sure["journalCode"]


def _doubt(table: Table, found: Found, name: str, columns: list[int]) -> None:
    fr, en = SHOWN[name]
    names = [shown(table, at) for at in columns]
    found.sure[name] = POSSIBLE
    found.doubts.append(
        (
            (
                f"Les colonnes {', '.join(names)} conviennent également pour {fr} : "
                f"{names[0]} est proposée."
            ),
            f"The columns {', '.join(names)} fit equally for {en}: {names[0]} is proposed.",
        )
    )


def shown(table: Table, at: int) -> str:
    """Return what people call a column: its name, or its number."""
    place = table.places[at]
    if isinstance(place, dict):
        return f"{place['start']}-{place['start'] + place['length'] - 1}"
    return str(place)


def _amounts(table: Table, found: Found) -> None:
    """Find two columns of which each line fills one, or one with a direction or a sign."""
    if "amount" in found.at or {"debit", "credit"} <= found.at.keys():
        return
    columns = [
        at for at in found.free(table)
        if share(table.column(at), _is_amount_or_dash) > LIKELY
        and any(has_decimals(cell) for cell in table.column(at))
        and at not in _parts_of_invoice(table)
    ]  # fmt: skip
    if "direction" in found.at or found.has_pair:
        columns += [at for at in found.free(table) if are_padded(table.column(at))]
        if columns:
            found.take("amount", columns[0], POSSIBLE)
        return
    missing = [name for name in ("debit", "credit") if name not in found.at]
    pairs = [
        (one, other) for one in columns for other in columns
        if one < other and opposed(table.column(one), table.column(other))
    ]  # fmt: skip
    if len(missing) == 2 and pairs:  # noqa: PLR2004 - both
        found.take("debit", pairs[0][0], LIKELY)
        found.take("credit", pairs[0][1], LIKELY)
        if len(pairs) > 1:
            others = sorted({at for pair in pairs for at in pair})
            _doubt(table, found, "debit", others)
    elif len(missing) == 2 and len(columns) == 1:  # noqa: PLR2004 - both
        found.take("amount", columns[0], POSSIBLE)
    else:
        for name, at in zip(missing, columns, strict=False):
            found.take(name, at, POSSIBLE)


def _parts_of_invoice(table: Table) -> list[int]:
    """Return the columns of net, VAT and gross amounts, which are no debit and credit of a row."""
    parts = [at for at, name in enumerate(table.header) if _PART_OF_INVOICE.search(name)]
    return parts if len(parts) > 1 else []


def _is_amount_or_dash(cell: str) -> bool:
    return is_amount(cell) or cell == "-"


def _number(table: Table, found: Found) -> None:
    """Find the number of entries by what it does: the lines of each of its values balance."""
    if {"entryNumber", "pieceRef"} & found.at.keys():
        return
    fits = [
        at for at in found.free(table)
        if balanced_by(table, table.column(at), found.at)
        and not any(" " in cell for cell in table.column(at))
    ]  # fmt: skip
    for name, at in zip(("entryNumber", "pieceRef"), fits, strict=False):
        found.take(name, at, LIKELY)


def _label(table: Table, found: Found) -> None:
    """Take the words that vary most as the label."""
    if "label" in found.at:
        return
    texts = [at for at in found.free(table) if share(table.column(at), is_text) > FILLED_MIN]
    if texts:
        best = max(texts, key=lambda at: (len(set(table.column(at))) > 1, _chars(table, at), -at))
        found.take("label", best, POSSIBLE)


def _chars(table: Table, at: int) -> int:
    return sum(map(len, table.column(at)))


def _require(table: Table, found: Found) -> None:
    """Refuse, when a field is not there that no model can do without."""
    has_one = found.has_pair or "amount" in found.at or "direction" in found.at
    needed = ["entryDate", *(("amount",) if has_one else ("debit", "credit"))]
    if not found.has_pair and found.book is None:
        needed.insert(1, "accountNumber")
    missing = [one for one in needed if one not in found.at]
    if not missing:
        return
    fr = ", ".join(SHOWN[one][0] for one in missing)
    en = ", ".join(SHOWN[one][1] for one in missing)
    likeness = {"entryDate": is_date, "accountNumber": is_account}.get(missing[0], is_amount)
    near = max(found.free(table), key=lambda at: share(table.column(at), likeness), default=None)
    rate = share(table.column(near), likeness) if near is not None else 0
    if near is not None and rate:
        place, example = shown(table, near), next(filter(None, table.column(near)))
        fr += f" (au plus près : la colonne {place}, « {example} », à {rate:.0%})"
        en += f" (nearest: column {place}, “{example}”, at {rate:.0%})"
    if _parts_of_invoice(table) and "accountNumber" not in missing:
        fr += (
            " ; si chaque ligne porte les montants HT, TVA et TTC d'une pièce, décrivez ses lignes "
            "d'écriture dans le modèle (lines)"
        )
        en += (
            "; if each row has the net, VAT and gross amounts of a document, describe its lines of "
            "entry in the model (lines)"
        )
    if missing == ["accountNumber"]:
        fr += (
            " ; si chaque ligne est un mouvement de banque ou de caisse, décrivez ses deux lignes "
        )
        fr += "d'écriture dans le modèle (lines)"
        en += "; if each row is a movement of a bank or cash account, describe its two lines of "
        en += "entry in the model (lines)"
    nothing(f"aucune colonne ne se reconnaît pour {fr}", f"no column can be recognised for {en}")


def is_carried(table: Table, name: str, at: int) -> bool:
    """Return whether a column is filled on the first line of each entry only."""
    cells = table.column(at)
    return name in CARRIED and bool(cells[0]) and not all(cells)


def has_names(table: Table, at: int) -> bool:
    """Return whether the accounts of a column have their names with them."""
    cells = [cell for cell in table.column(at) if cell]
    return share(cells, lambda cell: bool(ACCOUNT_AND_NAME.fullmatch(cell))) > FILLED_MIN

"""Bank and cash books: rows of one treasury account, whose counterpart the file may not give."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.guess.balance import cents, signed
from ecritures.formats.layouts.guess.cells import is_amount, share
from ecritures.formats.layouts.guess.grid import LIKELY, POSSIBLE, SURE
from ecritures.formats.layouts.rows.placement import plain

if TYPE_CHECKING:
    from ecritures.formats.layouts.guess.columns import Found
    from ecritures.formats.layouts.guess.grid import Table

SUSPENSE = "471000"
TREASURY = {"bank": ("512000", "BQ"), "cash": ("530000", "CA")}
_IN = re.compile("recettes?|encaissements?|entrees?|depots?|montantrecu")
_OUT = re.compile("depenses?|decaissements?|sorties?|retraits?|paiements?")
_OF_A_BANK = re.compile("solde|(date)?(de)?valeur|dateoperation|releve|banque|caisse|tresorerie")
_CASH = re.compile("caisse|especes|cash", re.IGNORECASE)
RUNNING_SHARE_MIN = 0.9
ROWS_MIN = 3


@dataclass(frozen=True, slots=True)
class Book:
    """How the rows of a treasury account are read.

    Attributes:
        kind: A key of `TREASURY`.
        money_in_is_debit: Whether the column of debits is that of money that comes in, as in the
            company's own book; a bank's statement has it among the credits.
        has_counterpart: Whether the file gives the account on the other side.
        sure: How sure the side is.
    """

    kind: str
    money_in_is_debit: bool
    has_counterpart: bool
    sure: float


def find_book(table: Table, found: Found, name: str) -> Book | None:
    """Tell whether a table is evidently the book of one treasury account, and how to read it.

    Evident is a balance that runs along the rows, columns named after money in and out, or, where
    no column is an account, a column that only a bank's statement has.

    Args:
        table: The rows.
        found: The columns found so far; those of the amounts may be named otherwise here.
        name: That of the file.
    """
    kind = "cash" if _CASH.search(name) else "bank"
    accounts = (
        set(table.column(found.at["accountNumber"])) if "accountNumber" in found.at else set()
    )
    names = [plain(one) for one in table.header]
    if not accounts and (sides := _named(names)):
        for field, at in zip(("debit", "credit"), sides, strict=True):
            found.take(field, at, SURE)
        found.at.pop("amount", None)
        return Book(kind, money_in_is_debit=True, has_counterpart=False, sure=SURE)
    running = _running(table, found)
    if running:
        several = len(accounts - {""}) > 1
        if accounts and not several:
            return None
        return Book(kind, running > 0, has_counterpart=several, sure=SURE)
    if accounts or not any(map(_OF_A_BANK.search, names)) or not _has_amounts(found):
        return None
    if "amount" in found.at:  # what comes in is positive, whoever keeps the book
        return Book(kind, money_in_is_debit=True, has_counterpart=False, sure=LIKELY)
    # Without a balance nothing tells the statement of a bank from the company's own book.
    return Book(kind, money_in_is_debit=False, has_counterpart=False, sure=POSSIBLE)


def as_book(document: dict[str, Any], confidence: dict[str, float], book: Book) -> None:
    """Make the model give two lines of each row: the treasury account, and its counterpart.

    Args:
        document: The model; changed.
        confidence: Each decision → how sure it is; changed.
        book: How the rows are read.
    """
    fields, amounts = document["fields"], document["amounts"]
    account, journal = TREASURY[book.kind]
    other: dict[str, Any] = fields.pop("accountNumber", {"from": {"constant": SUSPENSE}})
    # A row without an amount, such as a balance brought forward, makes no lines.
    treasury: dict[str, Any] = {"accountNumber": {"from": {"constant": account}}, "skipZero": True}
    counterpart: dict[str, Any] = {"accountNumber": other, "skipZero": True}
    if label := fields.pop("accountLabel", None):
        counterpart["accountLabel"] = label
    if "amount" in fields:
        amount = fields.pop("amount")
        reversed_ = {**amounts, "positive": "credit"}
        mine, theirs = ({**amount}, {**amount, "amounts": reversed_})
        if not book.money_in_is_debit:
            mine, theirs = theirs, mine
        treasury["amount"], counterpart["amount"] = mine, theirs
    else:
        sides = fields.pop("debit"), fields.pop("credit")
        into, out = sides if book.money_in_is_debit else reversed(sides)
        treasury |= {"debit": into, "credit": out}
        counterpart |= deepcopy({"debit": out, "credit": into})
    document["lines"] = [treasury, counterpart]
    amounts["negative"] = "otherSide"
    fields.setdefault("journalCode", {"from": {"constant": journal}})
    for name in ("accountNumber", "accountLabel", "debit", "credit", "amount"):
        confidence.pop(f"fields.{name}", None)
    confidence["lines.0.accountNumber"] = POSSIBLE
    confidence["lines.1.accountNumber"] = LIKELY if book.has_counterpart else POSSIBLE
    confidence["lines.debit"] = book.sure


def doubts_of(book: Book) -> list[tuple[str, str]]:
    """Say what has to be decided by hand."""
    account, _ = TREASURY[book.kind]
    other_fr, other_en = "le compte de la ligne", "the row's account"
    if not book.has_counterpart:
        other_fr, other_en = f"le compte d'attente {SUSPENSE}", f"the suspense account {SUSPENSE}"
    fr = f"Chaque ligne devient deux lignes d'écriture : {account}, à remplacer par le vôtre, et "
    en = f"Each row becomes two lines of entry: {account}, to be replaced by your own, and "
    found = [(f"{fr}{other_fr}.", f"{en}{other_en}.")]
    if book.sure < LIKELY:
        fr = (
            "Sans colonne de solde, rien ne dit de quel côté l'argent entre : c'est lu comme un "
            "relevé de la banque ; pour un livre tenu par l'entreprise, échangez debit et credit "
            "dans lines."
        )
        en = (
            "Without a column of balances, nothing tells on which side money comes in: it is read "
            "as the bank's statement; for a book that the company keeps, exchange debit and credit "
            "in lines."
        )
        found.append((fr, en))
    return found


def _named(names: list[str]) -> tuple[int, int] | None:
    """Return the columns of money in and of money out, by their names."""
    into = [at for at, name in enumerate(names) if _IN.fullmatch(name)]
    out = [at for at, name in enumerate(names) if _OUT.fullmatch(name)]
    return (into[0], out[0]) if into and out else None


def _has_amounts(found: Found) -> bool:
    return "amount" in found.at or {"debit", "credit"} <= found.at.keys()


def _running(table: Table, found: Found) -> int:
    """Return 1 where a column is the running sum of debit less credit, -1 of credit less debit.

    0 where none is. Rows may stand from the last to the first. Where rows have accounts, it runs on
    from one to the next: a ledger has a balance for each.
    """
    moves = signed(table, found.at)
    accounts = table.column(found.at["accountNumber"]) if "accountNumber" in found.at else None
    if len(moves) < ROWS_MIN:
        return 0
    for at in found.free(table):
        cells = table.column(at)
        if share(cells, is_amount) < RUNNING_SHARE_MIN:
            continue
        balances = [cents(cell) for cell in cells]
        steps = [
            (balances[at + 1] - balances[at], moves[at + 1], -moves[at])
            for at in range(len(moves) - 1)
            if accounts is None or accounts[at] != accounts[at + 1]
        ]
        for sign in (1, -1):
            down = sum(step == sign * move for step, move, _ in steps)
            up = sum(step == sign * move for step, _, move in steps)
            if steps and max(down, up) >= RUNNING_SHARE_MIN * len(steps) and any(moves):
                return sign
    return 0

"""Bank statements and cash books: movements on one account, often without the other account."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.guess.balance import cents, negative_side, signed
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
BALANCE = (
    r"(?i)^\W*(?:(?:ancien|nouveau)\s+solde|solde\s+(?:initial|final|pr[ée]c[ée]dent|au\s|"
    r"cr[ée]diteur|d[ée]biteur|d'ouverture|de\s+(?:d[ée]but|fin|cl[ôo]ture|d[ée]part)))"
)
"""How the label of a balance begins, which is no movement; not `Solde facture 12`."""
RUNNING_SHARE_MIN = 0.9
ROWS_MIN = 3


@dataclass(frozen=True, slots=True)
class Book:
    """How to read the rows of a bank or cash account.

    Attributes:
        kind: A key of `TREASURY`.
        sure: How confident we are about the side.
        money_in_is_debit: Whether receipts are in the debit column, as in the company's own books;
            bank statements put them in the credit column. For signed amounts, whether positive
            ones are receipts.
        has_counterpart: Whether the file names the account on the other side.
        has_signs: Whether amounts are signed even though they are in two columns.
        unfollowed: A column called a balance that does not match the amounts, if any.
        is_short: Whether there are too few rows to know.
    """

    kind: str
    sure: float
    money_in_is_debit: bool = True
    has_counterpart: bool = False
    has_signs: bool = False
    unfollowed: str = ""
    is_short: bool = False


def find_book(table: Table, found: Found, name: str) -> Book | None:
    """Return whether a table is clearly the book of one bank or cash account, and how to read it.

    Any of these makes it clear: a running balance; columns named for receipts and payments; or, if
    there is no account column, a column found only on bank statements.

    Args:
        table: The rows.
        found: The columns found so far; the amount columns may be reassigned here.
        name: The file name.
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
        return Book(kind, SURE, has_signs=negative_side(table, found.at) is not None)
    has_signs = negative_side(table, found.at) is not None
    running = _running(table, found)
    if running:
        several = len(accounts - {""}) > 1
        if accounts and not several:
            return None
        return Book(kind, SURE, running > 0, several, has_signs)
    if accounts or not any(map(_OF_A_BANK.search, names)) or not _has_amounts(found):
        return None
    balances = [at for at in found.free(table) if at < len(names) and "solde" in names[at]]
    unfollowed = table.header[balances[0]] if balances else ""
    is_short = len(table.body) < ROWS_MIN
    if "amount" in found.at or has_signs:  # receipts are positive, whoever keeps the book
        sure = POSSIBLE if unfollowed else LIKELY
        return Book(kind, sure, has_signs=has_signs, unfollowed=unfollowed, is_short=is_short)
    # Without a balance, a bank statement looks just like the company's own book.
    return Book(kind, POSSIBLE, money_in_is_debit=False, unfollowed=unfollowed, is_short=is_short)


def as_book(document: dict[str, Any], confidence: dict[str, float], book: Book) -> None:
    """Turn each row into two lines: one on the bank or cash account, one on its counterpart.

    Args:
        document: The model, modified in place.
        confidence: Each decision → how confident we are; modified in place.
        book: How to read the rows.
    """
    fields, amounts = document["fields"], document["amounts"]
    account, journal = TREASURY[book.kind]
    other: dict[str, Any] = fields.pop("accountNumber", {"from": {"constant": SUSPENSE}})
    # Rows without an amount, such as a balance brought forward, produce no lines.
    treasury: dict[str, Any] = {"accountNumber": {"from": {"constant": account}}, "skipZero": True}
    counterpart: dict[str, Any] = {"accountNumber": other, "skipZero": True}
    if label := fields.pop("accountLabel", None):
        counterpart["accountLabel"] = label
    if "amount" in fields or book.has_signs:
        document["lines"] = [
            deepcopy(line)
            for name in ("amount", "debit", "credit")
            if (amount := fields.pop(name, None))
            for line in _two_sides(treasury, counterpart, amount, amounts, book)
        ]
    else:
        sides = fields.pop("debit"), fields.pop("credit")
        into, out = sides if book.money_in_is_debit else reversed(sides)
        treasury |= {"debit": into, "credit": out}
        counterpart |= {"debit": out, "credit": into}
        document["lines"] = [treasury, deepcopy(counterpart)]
    amounts["negative"] = "otherSide"
    fields.setdefault("journalCode", {"from": {"constant": journal}})
    for name in ("accountNumber", "accountLabel", "debit", "credit", "amount"):
        confidence.pop(f"fields.{name}", None)
    confidence["lines.0.accountNumber"] = POSSIBLE
    confidence["lines.1.accountNumber"] = LIKELY if book.has_counterpart else POSSIBLE
    confidence["lines.debit"] = book.sure


def _two_sides(
    treasury: dict[str, Any],
    counterpart: dict[str, Any],
    amount: dict[str, Any],
    amounts: dict[str, Any],
    book: Book,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build the two lines for a signed amount."""
    mine, theirs = amount, amount | {"amounts": amounts | {"positive": "credit"}}
    if not book.money_in_is_debit:
        mine, theirs = theirs, mine
    return treasury | {"amount": mine}, counterpart | {"amount": theirs}


def doubts_of(book: Book) -> list[tuple[str, str]]:
    """Say what the user still has to decide."""
    account, _ = TREASURY[book.kind]
    other_fr, other_en = "le compte de la ligne", "the row's account"
    if not book.has_counterpart:
        other_fr, other_en = f"le compte d'attente {SUSPENSE}", f"the suspense account {SUSPENSE}"
    fr = f"Chaque ligne devient deux lignes d'écriture : {account}, à remplacer par le vôtre, et "
    en = f"Each row becomes two lines of entry: {account}, to be replaced by your own, and "
    found = [(f"{fr}{other_fr}.", f"{en}{other_en}.")]
    if book.sure < LIKELY:
        found.append(_doubt_of_side(book))
    return found


def doubt_of_balances(table: Table, found: Found) -> tuple[str, str] | None:
    """Say that balance rows are left out; return None if there are no such rows."""
    labels = table.column(found.at["label"]) if "label" in found.at else []
    first = next((label for label in labels if re.search(BALANCE, label)), None)
    if first is None:
        return None
    return (
        f"Les lignes de solde, comme « {first} », ne sont pas lues (keep).",
        f"The rows of balances, such as “{first}”, are not read (keep).",
    )


def _doubt_of_side(book: Book) -> tuple[str, str]:
    why_fr, why_en = "Sans colonne de solde", "Without a balance column"
    if book.unfollowed:
        why_fr = f"La colonne {book.unfollowed} ne suit pas les montants"
        why_en = f"The column {book.unfollowed} does not match the amounts"
    if book.unfollowed and book.is_short:
        why_fr = f"Trop peu de lignes pour vérifier la colonne {book.unfollowed}"
        why_en = f"Too few rows to check the column {book.unfollowed}"
    if book.money_in_is_debit:
        return (
            (
                f"{why_fr} : les montants positifs sont lus comme des encaissements ; vérifiez "
                "quelques lignes."
            ),
            f"{why_en}: positive amounts are read as receipts; check a few lines.",
        )
    return (
        (
            f"{why_fr} : rien ne dit de quel côté sont les encaissements. Le fichier est lu comme "
            "un relevé de banque ; pour un livre tenu par l'entreprise, échangez debit et credit "
            "dans lines."
        ),
        (
            f"{why_en}: nothing says which side receipts are on. The file is read as a bank "
            "statement; for a book kept by the company, swap debit and credit in lines."
        ),
    )


def _named(names: list[str]) -> tuple[int, int] | None:
    """Find the receipts and payments columns by name."""
    into = [at for at, name in enumerate(names) if _IN.fullmatch(name)]
    out = [at for at, name in enumerate(names) if _OUT.fullmatch(name)]
    return (into[0], out[0]) if into and out else None


def _has_amounts(found: Found) -> bool:
    return "amount" in found.at or {"debit", "credit"} <= found.at.keys()


def _running(table: Table, found: Found) -> int:
    """Look for a running balance: 1 if it adds debits, -1 if it adds credits, 0 if there is none.

    Rows may be in reverse order. If rows have accounts, the balance must carry over from one
    account to the next; a ledger, by contrast, keeps one balance per account.
    """
    moves = signed(table, found.at)
    accounts = table.column(found.at["accountNumber"]) if "accountNumber" in found.at else None
    is_short = len(moves) < ROWS_MIN
    if is_short and accounts is not None:
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
        signs = []
        for sign in (1, -1):
            down = sum(step == sign * move for step, move, _ in steps)
            up = sum(step == sign * move for step, _, move in steps)
            if steps and max(down, up) >= RUNNING_SHARE_MIN * len(steps) and any(moves):
                signs.append(sign)
        # The one step of two rows may fit both ways: the newest may be the first.
        if signs and not (is_short and len(signs) > 1):
            return signs[0]
    return 0

"""What differs between an entry of the ledger and the one of a file that takes its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ecritures.app.views.ledger_reads import EntryLineView
    from ecritures.web.words.writing import Writing

SHOWN_MAX = 8
"""An entry that differs in more places is better read beside the other one."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line, of a file or of the ledger, as far as it is compared."""

    date: str
    account: str
    third_party: str
    cents: int
    label: str
    piece: str
    piece_date: str
    validated: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that changes, both as they are written; empty: it has none."""

    what: str
    before: str
    after: str


def line_of_file(row: Mapping[str, Any]) -> EntryLine:
    """Return a canonical line as one that is compared."""
    return EntryLine(
        _text(row["entry_date"]),
        row["account_number"],
        row["third_party_number"],
        (row["debit_cents"] or 0) - (row["credit_cents"] or 0),
        row["label"],
        row["piece_ref"],
        _text(row["piece_date"]),
        _text(row["validation_date"]),
    )


def line_of_books(line: EntryLineView) -> EntryLine:
    """Return a line of the ledger as one that is compared."""
    return EntryLine(
        line["date"],
        line["account"],
        line["thirdParty"] or "",
        line["debitCents"] - line["creditCents"],
        line["label"],
        line["piece"],
        line["pieceDate"] or "",
        line["validationDate"] or "",
    )


def differences(
    before: Sequence[EntryLine], after: Sequence[EntryLine], writing: Writing
) -> list[Difference]:
    """Return what changes in an entry: what every line changes once, the rest line by line."""
    old, new = _only_in(before, after), _only_in(after, before)
    found: list[Difference] = []
    while old and new:
        one, other = max(
            ((one, other) for one in old for other in new), key=lambda pair: _likeness(*pair)
        )
        old.remove(one)
        new.remove(other)
        found += _of_pair(one, other, writing)
    found += [_whole(one, writing, "") for one in old]
    found += [_whole(one, writing, None) for one in new]
    return list(dict.fromkeys(found))


def _only_in(some: Sequence[EntryLine], others: Sequence[EntryLine]) -> list[EntryLine]:
    return list((Counter(some) - Counter(others)).elements())[:SHOWN_MAX]


def _likeness(one: EntryLine, other: EntryLine) -> int:
    """Return how sure it is that a line has become another one."""
    return (
        4 * (one.account == other.account)
        + 4 * (one.cents == other.cents)
        + 2 * (one.third_party == other.third_party)
        + (one.label == other.label)
    )


def _of_pair(one: EntryLine, other: EntryLine, writing: Writing) -> list[Difference]:
    named = {"account": one.account}
    balance, day = writing.balance, writing.day
    compared = (
        (writing.text("Date", "Date"), day(one.date), day(other.date)),
        (writing.text("Compte", "Account"), one.account, other.account),
        (
            writing.text("Tiers du compte {account}", "Third party of {account}", **named),
            one.third_party,
            other.third_party,
        ),
        (
            writing.text("Montant du compte {account}", "Amount of {account}", **named),
            balance(one.cents),
            balance(other.cents),
        ),
        (writing.text("Libellé", "Label"), one.label, other.label),
        (writing.text("Pièce", "Document"), one.piece, other.piece),
        (
            writing.text("Date de la pièce", "Date of the document"),
            day(one.piece_date),
            day(other.piece_date),
        ),
        (
            writing.text("Date de validation", "Validation date"),
            day(one.validated),
            day(other.validated),
        ),
    )
    return [Difference(what, old, new) for what, old, new in compared if old != new]


def _whole(line: EntryLine, writing: Writing, after: str | None) -> Difference:
    """Return a line that only one of the two entries has; `after`: "" where it goes."""
    what = writing.text(
        "Ligne du compte {account}", "Line of account {account}", account=line.account
    )
    amount = writing.balance(line.cents)
    return Difference(what, "", amount) if after is None else Difference(what, amount, after)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""

"""Pages of a ledger for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.cli.support.output import table
from ecritures.core.amounts import cents_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecritures.cli.support.output import Output


def line_rows(view: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Return lines, one under the other."""
    return table(_line_head(out), [_line(one) for one in view["items"]])


def entry_rows(view: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Return the lines of entries, each after the name of its entry."""
    head = (out.say("Écriture", "Entry"), *_line_head(out))
    rows = [
        (entry["id"] if place == 0 else "", *_line(line))
        for entry in view["items"]
        for place, line in enumerate(entry["lines"])
    ]
    return table(head, rows)


def journal_rows(view: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Return journals with their totals."""
    head = (
        *("Code", out.say("Libellé", "Label"), out.say("Écritures", "Entries")),
        *(out.say("Lignes", "Lines"), out.say("Débit", "Debit"), out.say("Crédit", "Credit")),
    )
    rows = [
        (
            *(one["code"], one["label"], one["entries"], one["lines"]),
            *(_amount(one["debitCents"]), _amount(one["creditCents"])),
        )
        for one in view["items"]
    ]
    return table(head, rows)


def total_rows(view: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Return accounts or third parties with their totals."""
    head = (
        *("Code", out.say("Libellé", "Label"), out.say("Lignes", "Lines")),
        *(out.say("Débit", "Debit"), out.say("Crédit", "Credit"), out.say("Solde", "Balance")),
    )
    names = ("debitCents", "creditCents", "balanceCents")
    rows = [
        (one["code"], one["label"], one["lines"], *(_amount(one[name]) for name in names))
        for one in view["items"]
    ]
    return table(head, rows)


def section_rows(view: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Return analytic sections with their totals."""
    head = (
        *(out.say("Axe", "Axis"), "Section", out.say("Libellé", "Label")),
        *(out.say("Lignes", "Lines"), out.say("Débit", "Debit"), out.say("Crédit", "Credit")),
        out.say("Solde", "Balance"),
    )
    names = ("debitCents", "creditCents", "balanceCents")
    rows = [
        (
            *(one["axis"], one["section"], one["label"], one["lines"]),
            *(_amount(one[name]) for name in names),
        )
        for one in view["items"]
    ]
    return table(head, rows)


def ledger_rows(view: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Return the general ledger: opening, lines and closing of each account."""
    head = (*_line_head(out), out.say("Solde", "Balance"))
    rows: list[tuple[Any, ...]] = []
    empty = ("",) * 7
    for one in view["accounts"]:
        opening = out.say("Solde d'ouverture", "Opening balance")
        carried = out.say("Report", "Carried forward")
        is_first = one["carriedCents"] == one["openingCents"]
        title = f"{one['label']} : {opening if is_first else carried}"
        rows.append(("", "", "", one["account"], "", "", title, *empty[:3],
                     _amount(one["carriedCents"])))  # fmt: skip
        rows += [(*_line(line), _amount(line["balanceCents"])) for line in one["lines"]]
        if one["complete"]:
            closing = out.say("Solde de clôture", "Closing balance")
            totals = _amount(one["debitCents"]), _amount(one["creditCents"])
            rows.append(("", "", "", one["account"], "", "", closing, *totals, "",
                         _amount(one["closingCents"])))  # fmt: skip
    return table(head, rows)


def _line_head(out: Output) -> tuple[str, ...]:
    return (
        *("Date", "Journal", out.say("Numéro", "Number"), out.say("Compte", "Account")),
        *(out.say("Tiers", "Third party"), out.say("Pièce", "Document")),
        *(out.say("Libellé", "Label"), out.say("Débit", "Debit"), out.say("Crédit", "Credit")),
        out.say("Lettrage", "Lettering"),
    )


def _line(line: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("date", "journal", "number", "account", "thirdParty", "piece", "label")
    amounts = (_amount(line[name], empty=True) for name in ("debitCents", "creditCents"))
    return (*(line[name] for name in names), *amounts, line["lettering"])


def _amount(cents: int, *, empty: bool = False) -> str:
    return " " * 14 if empty and not cents else f"{cents_text(cents):>14}"

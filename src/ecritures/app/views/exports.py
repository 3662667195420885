"""What an export gave back, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.exports.choices import FEC, Numbering

if TYPE_CHECKING:
    from ecritures.exports.closing_digest import ClosingCheck
    from ecritures.exports.exporter import Exported
    from ecritures.exports.findings import Finding
    from ecritures.exports.number_gaps import Gap

NAMED_MAX = 100


class LeftOutEntryView(TypedDict):
    """An entry that no date of validation is known of."""

    journal: str
    number: str
    date: str


class GapView(TypedDict):
    """Numbers that are missing. `causes`: how many for each reason; `journal` null: of all."""

    journal: str | None
    numbers: str
    count: int
    causes: dict[str, int]


class FindingPlaceView(TypedDict):
    """A line of the file, the header being line 1, and its entry."""

    line: int
    entry: str
    value: str


class ExportFindingView(TypedDict):
    """What is not in the file as it is in the ledger (`loses`), or has to be said.

    `places`: the first hundred of `count`, where they are known.
    """

    code: str
    column: str
    count: int
    loses: bool
    message: str
    messageEn: str
    places: list[FindingPlaceView]


class ClosingCheckView(TypedDict):
    """The digest that the final closing of the year noted, and that of what was exported."""

    noted: str
    found: str
    matches: bool


ExportView = TypedDict(
    "ExportView",
    {
        "file": str,
        "description": str,
        "dossier": str,
        "as": str,
        "from": str | None,
        "to": str | None,
        "entries": int,
        "lines": int,
        "debitCents": int,
        "creditCents": int,
        "leftOut": int,
        "leftOutEntries": list[LeftOutEntryView],
        "provisional": bool,
        "encoding": str | None,
        "separator": str | None,
        "sha256": str,
        "ledgerRevision": int,
        "head": str | None,
        "gapCount": int,
        "gaps": list[GapView],
        "findings": list[ExportFindingView],
        "closing": ClosingCheckView | None,
    },
)
"""A file of an export. `leftOutEntries` and `gaps` are the first hundred; `closing`: null where no
final closing noted a digest. Not a class, since `from` and `as` are keywords."""


def export_view(exported: Exported) -> ExportView:
    """Return an export as JSON."""
    snapshot, wanted = exported.snapshot, exported.wanted
    start = wanted.period.start or exported.first_day
    end = wanted.period.end or exported.last_day
    kept = wanted.form == FEC and wanted.numbering is Numbering.KEPT
    sequence = snapshot.sequence
    named = [] if snapshot.with_drafts else snapshot.drafts.names[:NAMED_MAX]
    check = exported.closing
    return {
        "file": str(exported.path),
        "description": str(exported.description_path),
        "dossier": snapshot.dossier.code,
        "as": wanted.form,
        "from": start.isoformat() if start else None,
        "to": end.isoformat() if end else None,
        "entries": exported.entries,
        "lines": exported.lines,
        "debitCents": exported.debit_cents,
        "creditCents": exported.credit_cents,
        "leftOut": snapshot.left_out,
        "leftOutEntries": [
            {"journal": journal, "number": number, "date": day} for journal, number, day in named
        ],
        "provisional": wanted.form == FEC and snapshot.provisional,
        "encoding": exported.encoding or None,
        "separator": exported.separator or None,
        "sha256": exported.sha256,
        "ledgerRevision": snapshot.head.revision,
        "head": snapshot.head.digest,
        "gapCount": sequence.gap_count if kept else 0,
        "gaps": [_gap_view(one) for one in sequence.gaps[:NAMED_MAX]] if kept else [],
        "findings": [_finding_view(one) for one in exported.findings],
        "closing": None if check is None else _closing_view(check),
    }


def _closing_view(check: ClosingCheck) -> ClosingCheckView:
    return {"noted": check.noted, "found": check.found, "matches": check.matches}


def _gap_view(gap: Gap) -> GapView:
    return {
        "journal": gap.journal or None,
        "numbers": gap.shown,
        "count": gap.count,
        "causes": {str(cause): count for cause, count in gap.causes.items()},
    }


def _finding_view(finding: Finding) -> ExportFindingView:
    sentence = finding.sentence
    return {
        "code": finding.code,
        "column": finding.column,
        "count": finding.count,
        "loses": finding.loses,
        "message": sentence.fr,
        "messageEn": sentence.en,
        "places": [
            {"line": one.line, "entry": one.entry, "value": one.value} for one in finding.places
        ],
    }

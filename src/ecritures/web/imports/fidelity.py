"""How far the books are true to a file that can be imported: what is left out, what is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.imports.queries import list_anomalies
from ecritures.imports.request import Status
from ecritures.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecritures.database import Database
    from ecritures.imports.queries import ImportState
    from ecritures.web.words.writing import Writing

_COLUMN = "MOD-COL-02"
_UNREAD = (
    "MOD-COL-03", "MOD-COL-05", "MOD-DAT-02", "MOD-DAT-05", "MOD-LIG-03",
    "FEC-DAT-01", "FEC-DAT-02", "FEC-DAT-11", "FEC-DEV-02", "FEC-FIX-03", "FEC-XML-12",
    "TRA-ENR-01", "TRA-ENR-03", "TRA-LIG-03", "TRA-TYP-01",
)  # fmt: skip
"""The other rules that tell of something in a file that is not read, and does not block it."""
COLUMNS_SHOWN = 5
_DONE = (
    (
        "linesAdded",
        ("ligne ajoutée pour équilibrer", "line added to balance"),
        ("lignes ajoutées pour équilibrer", "lines added to balance"),
    ),
    (
        "lateEntries",
        ("écriture reportée au premier jour ouvert", "entry moved to the first open day"),
        ("écritures reportées au premier jour ouvert", "entries moved to the first open day"),
    ),
    (
        "skipped",
        ("écriture laissée de côté", "entry left out"),
        ("écritures laissées de côté", "entries left out"),
    ),
)


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What the books do not have as the file has it.

    Attributes:
        is_refused: Whether nothing is written, although the file can be read.
        unread: What of the file is not read, each in words.
        done: What importing adds, moves or leaves out, each in words.
    """

    is_refused: bool
    unread: list[str]
    done: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether the books are true to the file."""
        return not (self.is_refused or self.unread or self.done)


def fidelity_of(database: Database, state: ImportState, writing: Writing) -> Fidelity:
    """Return how far the books are true to the file of an import."""
    plan = state.plan or {}
    impact = plan.get("impact") or {}
    counts = impact | {"skipped": (impact.get("entries") or {}).get("skipped")}
    is_refused = bool(plan.get("refusals")) or state.status == Status.ENDED_WITH_ERROR
    done = [
        writing.plural(counts[name], one, many) for name, one, many in _DONE if counts.get(name)
    ]
    return Fidelity(is_refused, _unread(database, state, writing), [] if is_refused else done)


def _unread(database: Database, state: ImportState, writing: Writing) -> list[str]:
    found: Mapping[str, Any] = state.report.get("anomalyCounts", {})
    losses = [_columns(database, state, found[_COLUMN], writing)] if found.get(_COLUMN) else []
    for code in _UNREAD:
        if code in found:
            title = writing.text(RULES[code].title_fr, RULES[code].title_en)
            losses.append(title[:1].lower() + title[1:])
    return losses


def _columns(database: Database, state: ImportState, count: int, writing: Writing) -> str:
    first = list_anomalies(database, state, limit=COLUMNS_SHOWN, code=_COLUMN).items
    names = ", ".join(one.column for one in first if one.column)
    if not names:
        one, many = (
            ("colonne non lue", "column not read"),
            ("colonnes non lues", "columns not read"),
        )
        return writing.plural(count, one, many)
    if count == 1:
        return writing.text("sans la colonne {names}", "without the column {names}", names=names)
    more = ", …" if count > COLUMNS_SHOWN else ""
    return writing.text(
        "sans les colonnes {names}", "without the columns {names}", names=names + more
    )

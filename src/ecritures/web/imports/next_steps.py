"""What somebody can do with a file that was refused: the choices that its page offers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.errors import NotFoundError
from ecritures.core.rights import Right
from ecritures.directory.dossiers import get_dossier
from ecritures.directory.fiscal_years import years_to_cover
from ecritures.imports.execution.duplicates import first_import
from ecritures.imports.messages import PLAN_CHANGED
from ecritures.imports.queries import get_import, list_anomalies
from ecritures.imports.read.difference import journals_in_file
from ecritures.imports.request import Status
from ecritures.imports.submission.import_models import list_models
from ecritures.reports.content import Content
from ecritures.web.imports.import_form import MENDED_FROM
from ecritures.web.imports.replacing import scopes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.database import Database
    from ecritures.directory.dossiers import FiscalYear
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportState
    from ecritures.imports.submission.import_models import NamedModel

OFF_BALANCE, OUTSIDE_YEARS, DOUBTFUL_UNIT = "FEC-ECR-01", "FEC-EXO-01", "MOD-MNT-02"
_NO_TEXT, _OTHER_COMPANY = "FEC-FIC-03", "FEC-NOM-05"
_OTHER_FORMAT = {"FEC-STR-02", "FEC-FIC-07"}
"""The rules that a text breaks which is no FEC."""
_OF_FILES = "FEC-FIC-"
"""The rules about what a file is: none of its cells is to be mended."""
YEARS_MAX = 3
"""More years than these are rather a wrong date."""

_Choice = tuple[str, str, str, str]

_TO_SUSPENSE = (
    "unbalanced", "suspense", "Mettre tout l’écart en 471", "Put the whole difference in 471",
)  # fmt: skip
_UNITS = (
    ("unit", "euros", "Les montants sont en euros", "Amounts are in euros"),
    ("unit", "cents", "Les montants sont en centimes", "Amounts are in cents"),
)
_TWICE = ("duplicates", "allow", "L’importer une seconde fois", "Import it a second time")
_AFTER_REFUSAL: Mapping[str, tuple[_Choice, ...]] = {
    "imported-before": (_TWICE,),
    "entries-known": (
        ("duplicateEntries", "skip", "Laisser de côté ces écritures", "Leave out these entries"),
        ("duplicateEntries", "allow", "Les ajouter quand même", "Add them all the same"),
    ),
    "imported-in-part": (
        ("lookalikes", "skip", "Ajouter ce qui manque", "Add what is missing"),
        _TWICE,
    ),
    "entries-alike": (
        ("lookalikes", "skip", "Laisser de côté ces écritures", "Leave out these entries"),
        ("lookalikes", "allow", "Les ajouter quand même", "Add them all the same"),
    ),
    "opening-present": (
        ("openings", "replace", "Remplacer les à-nouveaux", "Replace the opening"),
        ("openings", "allow", "Les ajouter quand même", "Add them all the same"),
    ),
    "days-not-open": (
        ("lateEntries", "first-open-day", "Dater du premier jour ouvert",
         "Date them on the first open day"),
    ),
    "entries-validated": (
        ("definitive", "reverse", "Contre-passer ces écritures", "Reverse these entries"),
    ),
    "unbalanced-too-much": (_TO_SUSPENSE,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What can be done.

    Attributes:
        choices: Policy, value, and what choosing it is called in French and in English.
        years: The fiscal years to create.
        models: The models to choose from; empty: another model would not help.
        first: The import that has brought the same file, in force in the dossier.
        again: Whether the preview is to be made again: the books have changed since.
        mends: Whether something in the file itself can be mended.
        reused: How many numbers of the file the books have with other contents.
        scopes: What the file could replace then, as the form has it.
        journals: Of which journals: its own.
    """

    choices: tuple[_Choice, ...] = ()
    years: list[FiscalYear] = field(default_factory=list)
    models: list[NamedModel] = field(default_factory=list)
    first: ImportState | None = None
    again: bool = False
    mends: bool = False
    reused: int = 0
    scopes: list[str] = field(default_factory=list)
    journals: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is anything to do or to see."""
        shown = self.choices, self.years, self.models, self.first, self.again, self.reused
        return any(shown)


def next_steps(database: Database, state: ImportState, caller: Caller) -> NextSteps:
    """Return what a caller can do with a file that was refused, or would be."""
    first = first_import(database, state)
    if state.stored_key is None or Right.IMPORT not in caller.rights:
        return NextSteps(first=first)
    refusals = {one["code"] for one in (state.plan or {}).get("refusals", ())}
    if state.message is not None:
        refusals.add(state.message.code)
    choices = tuple(one for code in _AFTER_REFUSAL if code in refusals
                    for one in _AFTER_REFUSAL[code])  # fmt: skip
    blocking = {one.rule.code for one in Content(state.report, {}, tuple).codes() if one.blocks}
    if OFF_BALANCE in blocking:
        choices += (_TO_SUSPENSE,)
    if DOUBTFUL_UNIT in blocking:
        choices += _UNITS
    models = list_models(database, state.domain_id) if _is_other(database, state, blocking) else []
    years = missing_years(database, state) if OUTSIDE_YEARS in blocking else []
    reused = 0 if first or blocking else _reused(state)
    return NextSteps(
        choices,
        years if Right.ADMINISTER in caller.rights else [],
        models,
        first,
        PLAN_CHANGED in refusals,
        any(not one.startswith(_OF_FILES) and one != _OTHER_COMPANY for one in blocking),
        reused,
        *(_scopes(database, state, caller) if reused and Right.WITHDRAW in caller.rights else ()),
    )


def _is_other(database: Database, state: ImportState, blocking: set[str]) -> bool:
    """Return whether another model could read a file: of texts and sheets, not of pictures."""
    if _NO_TEXT in blocking:
        found = list_anomalies(database, state, limit=1, code=_NO_TEXT).items
        return any("XLSX" in (one.value or "") for one in found)
    if any(one.startswith(_OF_FILES) for one in blocking):
        return False
    return bool(blocking and (state.model or blocking & _OTHER_FORMAT))


def _reused(state: ImportState) -> int:
    """Return how many numbers a file would bring a second time, with other contents."""
    is_waiting = state.dry_run or state.status == Status.ENDED_WITH_ERROR
    duplicates = ((state.plan or {}).get("impact") or {}).get("duplicates") or {}
    return int(duplicates.get("numberReused") or 0) if is_waiting else 0


def _scopes(database: Database, state: ImportState, caller: Caller) -> tuple[list[str], list[str]]:
    """Return what a file could replace, and in which journals: those of its original too."""
    files = [state]
    if original := state.options.get(MENDED_FROM):
        with suppress(NotFoundError):  # purged since
            files.append(get_import(database, original, caller))
    dossier = get_dossier(database, state.domain_id, state.dossier)
    journals = {code for one in files for code in journals_in_file(database, one)}
    return scopes_of(dossier, *(one.report for one in files)), sorted(journals)


def missing_years(database: Database, state: ImportState) -> list[FiscalYear]:
    """Return the fiscal years that a dossier lacks for a file; none: they are too many."""
    days = [state.report.get(name) for name in ("firstDate", "lastDate")]
    dossier = get_dossier(database, state.domain_id, state.dossier)
    years = years_to_cover(dossier, [date.fromisoformat(one) for one in days if one])
    return years if len(years) <= YEARS_MAX else []

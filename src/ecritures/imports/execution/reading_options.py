"""What is known of the file of an import before it is read."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from ecritures.core.grouping import Grouping
from ecritures.core.policies import (
    AmountUnit,
    Duplicates,
    FileEncoding,
    LateEntries,
    Mode,
    OtherCompany,
    OutsideFiscalYears,
    Unbalanced,
)
from ecritures.core.regime import Regime
from ecritures.directory.dossiers import get_dossier
from ecritures.formats.layouts.own_encoding import with_encoding
from ecritures.formats.layouts.units import with_unit
from ecritures.formats.loop_json.definition import NAME as JSON
from ecritures.formats.registry import OWN_KINDS
from ecritures.imports.execution.dossier_codes import dossier_codes
from ecritures.imports.submission.import_models import find_model
from ecritures.reading.check import CheckOptions
from ecritures.rules.policy import Policy

if TYPE_CHECKING:
    from ecritures.core.dossier_codes import DossierCodes
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.imports.queries import ImportState

OTHER_COMPANY = "FEC-NOM-05"
"""The rule that a file of another company breaks."""

LATE = "FEC-EXO-02"
"""The rule that an entry of a closed fiscal year breaks."""

E = TypeVar("E", bound=StrEnum)


def options_of(
    database: Database, wanted: ImportState, dossier: Dossier | None = None
) -> CheckOptions:
    """Return what is known of the file of an import; its dossier is read unless it is given."""
    dossier = dossier or get_dossier(database, wanted.domain_id, wanted.dossier)
    return CheckOptions(
        file_name=wanted.source_name,
        siren=dossier.siren,
        sirets=dossier.sirets,
        fiscal_years=_fiscal_years(wanted, dossier),
        regime=_enum(Regime, wanted.options.get("regime")),
        group_by=_enum(Grouping, wanted.options.get("groupBy")),
        format=wanted.options.get("format") or (wanted.kind if wanted.kind in OWN_KINDS else None),
        model=_model(database, wanted),
        policy=_policy(wanted),
        chart=wanted.options.get("chart"),
        encoding=_encoding(wanted),
        kind=None if wanted.model else wanted.kind,
        codes=_codes(database, wanted, dossier),
    )


def _fiscal_years(wanted: ImportState, dossier: Dossier) -> tuple[tuple[date, date, bool], ...]:
    """Return the years of a dossier; days outside them have one where the import creates it."""
    years = tuple((y.start, y.end, y.closed) for y in dossier.fiscal_years)
    is_created = wanted.options.get("outsideFiscalYears") == OutsideFiscalYears.CREATE
    return (*years, (date.min, date.max, False)) if years and is_created else years


def _codes(database: Database, wanted: ImportState, dossier: Dossier) -> DossierCodes | None:
    """Return what a request of importJson may ask about its dossier."""
    if wanted.kind != JSON:
        return None
    with database.read() as connection:
        return dossier_codes(connection, dossier)


def _model(database: Database, wanted: ImportState) -> ImportModel | None:
    if not wanted.model:
        return None
    version = wanted.options.get("modelVersion")
    model = find_model(database, wanted.domain_id, wanted.model, version).model
    model = with_unit(model, AmountUnit(wanted.options.get("unit", AmountUnit.AUTO)))
    return with_encoding(model, _encoding(wanted))


def _encoding(wanted: ImportState) -> FileEncoding:
    return FileEncoding(wanted.options.get("encoding", FileEncoding.AUTO))


def _policy(wanted: ImportState) -> Policy:
    options = wanted.options
    allowed = {
        rule
        for name, refusal, rules in _LIFTED
        if options.get(name, refusal) != refusal
        for rule in rules
    }
    return Policy.of(options.get("block", ()), allowed | set(options.get("unblock", ())))


_LIFTED = (
    ("otherCompany", OtherCompany.REFUSE, {OTHER_COMPANY}),
    ("outsideFiscalYears", OutsideFiscalYears.REFUSE, {"FEC-EXO-01"}),
    ("lateEntries", LateEntries.REFUSE, {LATE}),
    # Entries that are in the ledger already may be of any year: the plan judges the others.
    ("mode", Mode.APPEND, {LATE}),
    ("duplicateEntries", Duplicates.REFUSE, {LATE}),
    ("unbalanced", Unbalanced.REFUSE, {"FEC-ECR-01", "FEC-EQU-02"}),
)
"""A policy, the value that leaves its rules as they are, and the rules that others lift."""


def _enum(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value else None

"""What an import is asked to do to the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.core.policies import Duplicates, Mode
from ecritures.directory.dossiers import Dossier, FiscalYear
from ecritures.imports.submission.posting_options import posting_options
from ecritures.ledger.planning.plan import Scope

YEARS = (
    FiscalYear(date(2023, 7, 1), date(2024, 6, 30)),
    FiscalYear(date(2024, 7, 1), date(2025, 6, 30)),
)
DOSSIER = Dossier(1, 1, "D", "", "079555421", (), YEARS)
WITHOUT_YEARS = Dossier(1, 1, "D", "", "079555421")


def test_by_default_entries_are_added_unless_they_are_there():
    options = posting_options(DOSSIER, {})
    assert (options.mode, options.scope, options.duplicate_entries) == (
        Mode.APPEND,
        None,
        Duplicates.REFUSE,
    )


@pytest.mark.parametrize(
    ("replace", "scope"),
    [
        ({"fiscalYear": "2024"}, Scope(date(2023, 7, 1), date(2024, 6, 30))),
        ({"fiscalYear": "2024-07-01"}, Scope(date(2024, 7, 1), date(2025, 6, 30))),
        ({"from": "2024-01-01", "to": "2024-01-31"}, Scope(date(2024, 1, 1), date(2024, 1, 31))),
        ({"journals": ["VE"]}, Scope(None, None, ("VE",))),
    ],
)
def test_a_scope_means_a_replacement(replace, scope):
    options = posting_options(DOSSIER, {"replace": replace})
    assert (options.mode, options.scope) == (Mode.REPLACE, scope)


def test_without_fiscal_years_a_year_is_that_of_the_calendar():
    options = posting_options(WITHOUT_YEARS, {"replace": {"fiscalYear": "2024"}})
    assert options.scope == Scope(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"mode": "replace"}, "replace-scope"),
        ({"mode": "refuse-if-present", "replace": {"journals": ["VE"]}}, "replace-scope"),
        ({"replace": {"fiscalYear": "2031"}}, "fiscal-year-unknown"),
        ({"replace": {"from": "2024-02-01", "to": "2024-01-01"}}, "replace-period"),
        ({"replace": {"from": "01/02/2024"}}, "replace-period"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(options, code):
    with pytest.raises(RefusedRequestError) as refused:
        posting_options(DOSSIER, options)
    assert refused.value.sentence.code == code

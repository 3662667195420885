"""Which fields a filter and sort keys name."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.database.filters.sql import fields_named

FIELDS = ("date", "debit", "tiers", "libelle")


@pytest.mark.parametrize(
    ("filter_", "sort", "named"),
    [
        ("", "", set()),
        ('(DATE == "2024-01-01" || 5 < debit) && tiers != null', "", {"date", "debit", "tiers"}),
        ("debit == 1", "Libelle : desc && date", {"debit", "libelle", "date"}),
    ],
)
def test_each_field_that_is_compared_or_sorted_by_is_named(filter_, sort, named):
    assert fields_named(filter_, sort, FIELDS) == named


@pytest.mark.parametrize(("filter_", "sort"), [("other == 1", ""), ("", "date&&other")])
def test_another_field_is_refused(filter_, sort):
    with pytest.raises(RefusedRequestError) as refused:
        fields_named(filter_, sort, FIELDS)
    assert refused.value.sentence.code == "field-unknown"

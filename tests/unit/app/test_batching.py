"""One bad item of a batch does not spoil the others."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ecritures.app.batching import process_batch


@pytest.mark.parametrize("kind", [sa.exc.DataError, sa.exc.IntegrityError])
def test_data_that_the_database_rejects_fails_alone(kind):
    error = kind("statement", {}, ValueError())

    def process(items):
        if "bad" in items:
            raise error
        return [item.upper() for item in items]

    assert process_batch(process, ["a", "bad", "b"]) == ["A", error, "B"]


def test_any_other_failure_is_that_of_every_item_and_is_not_repeated():
    calls = []
    error = sa.exc.OperationalError("statement", {}, ValueError())

    def process(items):
        calls.append(items)
        raise error

    assert process_batch(process, [1, 2]) == [error, error]
    assert calls == [[1, 2]]


def test_a_batch_that_succeeds_is_processed_once():
    calls = []

    def process(items):
        calls.append(items)
        return items

    assert process_batch(process, [1, 2]) == [1, 2]
    assert calls == [[1, 2]]

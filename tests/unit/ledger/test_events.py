"""An event has one digest, wherever and whenever it is computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ecritures.ledger.events import canonical, concatenated, event_digest

ROW = {
    "revision": 2,
    "kind": "locked",
    "batch_id": None,
    "at": datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC),
    "by": None,
    "reason": "Déclaration de TVA",
    "details": {"lockedThrough": "2026-01-31"},
    "previous_digest": "0" * 64,
}


def test_the_digest_of_an_event_never_changes():
    """Those that are stored must stay right: this value is for ever."""
    digest = "5cbaa6f3449cd9a499757e92ce8a09f774f60632deb7c4db18fed8cfec3c374a"
    assert event_digest(ROW, None, None) == digest


def test_the_digest_is_the_same_in_every_time_zone():
    elsewhere = ROW["at"].astimezone(timezone(timedelta(hours=2)))
    assert event_digest(ROW | {"at": elsewhere}, None, None) == event_digest(ROW, None, None)


def test_the_digest_covers_every_column_the_batch_and_the_matching():
    changed = [ROW | {name: "x"} for name in ROW if name != "at"]
    changed.append(ROW | {"at": ROW["at"] + timedelta(microseconds=1)})
    digests = {event_digest(row, None, None) for row in (ROW, *changed)}
    digests |= {event_digest(ROW, {"lines": 1}, None), event_digest(ROW, None, [[1]])}
    assert len(digests) == len(ROW) + 3


def test_json_has_one_spelling():
    assert canonical({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'


@pytest.mark.parametrize("text", ["changes", "], [", "],[", 'a"],["b', "é", None])
def test_rows_together_are_written_as_each_alone(text):
    rows = [(1, text, 2), (3, "removes", None)]

    assert concatenated(rows) == "".join(canonical(list(row)) for row in rows)
    assert concatenated(rows[:1]) == canonical(list(rows[0]))

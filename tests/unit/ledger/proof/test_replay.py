"""The state of a ledger follows from its events alone."""

from __future__ import annotations

from datetime import UTC, datetime

from ecritures.ledger.proof.replay import Replay

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def replayed(*events):
    replay = Replay()
    for revision, (kind, batch, details) in enumerate(events, 1):
        row = {"revision": revision, "kind": kind, "batch_id": batch, "at": NOW}
        replay.apply(row | {"details": details})
    return replay


def test_spans_open_and_close():
    replay = replayed(
        ("published", 7, None),
        ("replaced", 9, {"closed": [7]}),
        ("undone", 9, {"closed": [9], "opened": [7], "unmatched": [4]}),
        ("restored", 9, {"closed": [7], "opened": [9]}),
        ("reversed", 12, {"opened": [12], "target": 9}),
        ("purged", 7, {}),
    )
    assert replay.spans == {7: {1: 2, 3: 4}, 9: {2: 3, 4: None}, 12: {5: None}}
    assert set(replay.published) == {7, 9, 12}
    assert (replay.purged, replay.unmatched) == ({7}, {4: 3})


def test_years_and_locks_are_those_of_the_last_event_about_them():
    year = {"start": "2025-01-01", "end": "2025-12-31"}
    replay = replayed(
        ("fiscal-year-added", None, year | {"state": "open", "initially": {
            "fiscalYears": [["2024-01-01", "2024-12-31", "open"],
                            ["2025-01-01", "2025-12-31", "open"]],
            "lockedThrough": "2023-12-31",
            "closedThrough": None,
        }}),
        ("fiscal-year-closed", None, year | {"state": "closed"}),
        ("locked", None, {"lockedThrough": "2024-06-30"}),
        ("fiscal-year-final", None, {"start": "2024-01-01", "end": "2024-12-31", "state": "final",
                                     "closedThrough": "2024-12-31"}),
        ("unlocked", None, {"lockedThrough": None}),
    )  # fmt: skip
    assert replay.years == {
        "2024-01-01": ("2024-12-31", "final"),
        "2025-01-01": ("2025-12-31", "closed"),
    }
    assert (replay.locked_through, replay.closed_through) == (None, "2024-12-31")


def test_validations_matchings_and_codes():
    replay = replayed(
        ("published", 7, {"codes": {"digest": "…", "account": [1, 4], "journal": [1, 1]}}),
        ("validated", None, {"through": "2024-03-31", "journals": [1]}),
        ("matched", None, {"code": "A"}),
        ("published", 8, {"codes": {"digest": "…", "account": [5, 6]}}),
        ("unmatched", None, {"ended": [3], "code": "A"}),
        ("unmatched", None, {"ended": [], "code": "B"}),
    )
    assert replay.validations == {2: ("2024-03-31", [1], NOW)}
    assert (replay.matched, replay.unmatched) == ({3, 5, 6}, {3: 5})
    assert replay.last_codes == {"account": (1, 6), "journal": (1, 1)}

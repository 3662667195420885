"""The state of an import, as the pages show it."""

from __future__ import annotations

import pytest

from ecritures.imports.overview import CANCELLED
from ecritures.web.import_words import state_of_import

ENDED = {"status": 3, "attempts": [{"outcome": "done"}], "undone": None, "messageCode": None,
         "refusals": []}  # fmt: skip


@pytest.mark.parametrize(
    ("view", "name"),
    [
        ({"dryRun": False, "importable": True}, "posted"),
        ({"dryRun": False, "importable": True, "undone": {"by": "x"}}, "undone"),
        ({"dryRun": True, "importable": True}, "ready"),
        ({"dryRun": True, "importable": False}, "refused"),
        ({"dryRun": True, "importable": True, "refusals": [{"code": "days-not-open"}]}, "refused"),
        ({"dryRun": True, "importable": True, "refusals": [{"code": "imported-before"}]}, "known"),
        ({"dryRun": False, "status": 4, "messageCode": "imported-before"}, "known"),
        ({"dryRun": False, "status": 1, "attempts": []}, "waiting"),
        ({"dryRun": False, "status": 1}, "retry"),
        ({"dryRun": False, "status": 2}, "running"),
        ({"dryRun": False, "status": 4, "attempts": [{"outcome": "refused"}]}, "refused"),
        ({"dryRun": False, "status": 4, "attempts": [{"outcome": "failed"}]}, "failed"),
        ({"dryRun": True, "status": 4, "messageCode": CANCELLED}, "cancelled"),
    ],
)
def test_each_way_an_import_stands_has_its_word(view, name):
    assert state_of_import(ENDED | view).name == name

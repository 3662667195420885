"""How far an import is, as its page shows it."""

from __future__ import annotations

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from ecritures.web.imports.progress import bars_of, progress_view
from ecritures.web.words.writing import Writing

ENGLISH = Writing("en", ZoneInfo("Europe/Paris"))
PREVIEWED = {"plan": {"planDigest": "x"}, "report": {"lines": 400}}


def state(**more):
    read = {"phase": "check", "lines_done": 64, "lines_expected": 122}
    return SimpleNamespace(**read | {"dry_run": False, "plan": None, "report": {}} | more)


@pytest.mark.parametrize(
    ("more", "text", "lines"),
    [
        ({"dry_run": True}, "Checks, 64 lines of about 122", [64, 122]),
        (PREVIEWED, "Checks, 64 lines of 400", [64, 400]),
        (PREVIEWED | {"lines_expected": None}, "Checks, 64 lines of 400", [64, 400]),
    ],
)
def test_the_lines_of_a_file_that_was_previewed_are_known(more, text, lines):
    view = progress_view(state(**more), ENGLISH)
    assert (view["texts"]["check"], view["lines"]) == (text, lines)
    assert [bar.end for bar in bars_of(state(**more), ENGLISH)][1] == lines[1]


def test_the_phase_is_told_that_follows_the_reading():
    view = progress_view(state(phase="load", lines_done=400, lines_expected=400), ENGLISH)
    assert (view["phase"], view["lines"], view["bars"]["check"]) == ("Loading", [400, 400], [1, 1])

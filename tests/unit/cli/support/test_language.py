"""Which language a process speaks, decided before its arguments are parsed."""

from __future__ import annotations

import pytest

from ecritures.cli.support.language import chosen_language


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "fr"),
        (["check", "--lang", "en"], {}, "en"),
        (["check", "--lang=en"], {}, "en"),
        (["check"], {"ECRITURES_LANG": "en"}, "en"),
        (["check", "--lang", "fr"], {"ECRITURES_LANG": "en"}, "fr"),
        (["check", "--lang"], {}, "fr"),
        (["check", "--lang", "de"], {}, "fr"),
    ],
)
def test_the_argument_wins_over_the_environment_and_french_is_the_default(
    arguments, environment, language
):
    assert chosen_language(arguments, environment) == language

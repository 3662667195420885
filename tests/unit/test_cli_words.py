"""Which language a process speaks, decided before its arguments are parsed."""

from __future__ import annotations

import pytest

from ecritures.cli.support.language import chosen_language
from ecritures.cli.support.output import table


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


def test_a_table_aligns_its_columns_and_leaves_no_blank_at_the_end_of_a_line():
    rows = [("C", None), ("CABINET1", "Un nom")]
    assert list(table(("Code", "Nom"), rows)) == ["Code      Nom", "C", "CABINET1  Un nom"]

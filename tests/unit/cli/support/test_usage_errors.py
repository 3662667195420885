"""Malformed commands are reported in French, whatever the parser finds."""

from __future__ import annotations

import pytest

from ecritures.cli.app import run
from ecritures.cli.support.usage_errors import in_english, in_french

IMPORT = ("import", "a.txt", "--dossier", "X")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import"], "il manque l'argument 'FILE_OR_URL'"),
        (["import", "a.txt"], "il manque l'option '--dossier'"),
        (["dossier"], "il manque une commande"),
        (["imprt"], "la commande 'imprt' n'existe pas : vouliez-vous dire 'import' ?"),
        (["balance", "--frm", "a"], "l'option --frm n'existe pas (options proches : --from)"),
        (["balance", "--dossier"], "l'option '--dossier' attend une valeur"),
        ([*IMPORT, "--dry-run=1"], "l'option '--dry-run' n'attend pas de valeur"),
        ([*IMPORT, "b.txt"], "argument en trop : b.txt"),
        (
            [*IMPORT, "--mode", "zz"],
            "« zz » n'est pas une valeur de --mode : append, refuse-if-present ou replace",
        ),
        (
            ["check", "a.txt", "--regime", "toto"],
            "« toto » n'est pas une valeur de --regime : bic, commercial, ba-cash ou bnc-cash",
        ),
        (["serve", "--port", "abc"], "valeur de '--port' : un nombre entier est attendu"),
        (["serve", "--port", "65536"], "valeur de '--port' : au plus 65535"),
    ],
)
def test_a_malformed_command_is_told_in_french(arguments, said, capsys):
    assert run(arguments) == 2
    assert capsys.readouterr().err == (
        f"Commande mal formée ({said}) : --help en donne un exemple.\n"
    )


def test_the_parser_s_own_terms_are_not_told_in_english():
    assert in_english("Invalid value for '--to': Value error, 'x' is not one of 'a', 'b', 'c'") == (
        "“x” is not a value of --to: a, b or c"
    )
    assert in_english("Invalid value for '--to': Value error, not a day") == (
        "Invalid value for '--to': not a day"
    )


def test_what_is_not_known_stays_as_it_is():
    assert in_french("Something else.") == "Something else."

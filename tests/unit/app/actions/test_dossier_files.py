"""Dossiers from a file: which lines are right, why the others are not, all or none."""

from __future__ import annotations

import pytest

from ecritures.app.actions.dossier_files import (
    CHARACTERS_MAX,
    LINES_MAX,
    create_dossiers,
    read_dossier_lines,
    text_of,
)
from ecritures.core.errors import ConflictError, ForbiddenError, RefusedRequestError
from ecritures.directory.authentication import authenticate
from ecritures.directory.dossiers import create_dossier, list_dossiers
from ecritures.directory.keys import create_key

RIGHT = "NOUV;Boulangerie Aubrac;552 100 554;552 100 554 00013;2025-01-01;31/12/2025"


def codes_of(database, domain):
    return [one.code for one in list_dossiers(database, domain.id)]


@pytest.mark.parametrize("text", [
    RIGHT,
    f"code;nom;siren;siret;début;fin\n{RIGHT}\n",
    f"\r\n{RIGHT}\r\n\r\n;;;\r\n",
    RIGHT.replace(";", "\t"),
    RIGHT.replace(";", ","),
    RIGHT.replace("Boulangerie Aubrac", '"Boulangerie Aubrac"'),
])  # fmt: skip
def test_a_line_makes_a_dossier(database, domain, caller, text):
    (line,) = read_dossier_lines(database, caller, text)
    assert line.problem is None
    assert create_dossiers(database, caller, [line]).view == {"created": 1}
    made = {one.code: one for one in list_dossiers(database, domain.id)}["NOUV"]
    assert (made.name, made.siren) == ("Boulangerie Aubrac", "552100554")
    assert made.sirets == ("55210055400013",)
    assert [(str(y.start), str(y.end)) for y in made.fiscal_years] == [("2025-01-01", "2025-12-31")]


@pytest.mark.parametrize(("line", "code"), [
    ("A;B", "dossier-line-columns"),
    ("A;B;552100554;;;;", "dossier-line-columns"),
    ("X Y;B;552100554", "code-invalid"),
    (";B;552100554", "code-invalid"),
    ("A;B;123456789", "siren-invalid"),
    ("A;B;52100554", "siren-invalid"),
    ("A;B;552100554;123", "siret-invalid"),
    ("A;B;552100554;;2025-02-31;2025-12-31", "day-invalid"),
    ("A;B;552100554;;2025-01-01;", "day-invalid"),
    ("A;B;552100554;;2025-12-31;2025-01-01", "fiscal-years-invalid"),
    ("A;B\x00;552100554", "name-invalid"),
    (f"A;{'x' * 201};552100554", "name-invalid"),
    ("CEGID003;B;552100554", "dossier-exists"),
    ("NOUV;B;552100554", "dossier-line-twice"),
])  # fmt: skip
def test_a_wrong_line_says_why_and_the_others_are_created(database, domain, caller, line, code):
    first, second = read_dossier_lines(database, caller, f"{RIGHT}\n{line}")
    assert first.dossier is not None
    assert (second.number, second.dossier) == (2, None)
    assert second.problem.code == code
    create_dossiers(database, caller, [first, second])
    assert codes_of(database, domain) == ["CEGID003", "NOUV"]


@pytest.mark.parametrize(("text", "code"), [
    ("", "dossier-file-empty"),
    (" \n\n", "dossier-file-empty"),
    ("code;name;siren", "dossier-file-empty"),
    ("x" * (CHARACTERS_MAX + 1), "dossier-file-large"),
    ("A;B;1\n" * (LINES_MAX + 1), "dossier-file-large"),
    ('A;B;"' + "x" * 200_000, "dossier-file-invalid"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused(database, caller, text, code):
    with pytest.raises(RefusedRequestError) as raised:
        read_dossier_lines(database, caller, text)
    assert raised.value.sentence.code == code


def test_nothing_is_half_done(database, domain, caller):
    lines = read_dossier_lines(database, caller, f"{RIGHT}\nLAST;B;552100554")
    create_dossier(database, domain, code="LAST", name="Taken meanwhile", siren="552100554")
    with pytest.raises(ConflictError):
        create_dossiers(database, caller, lines)
    assert codes_of(database, domain) == ["CEGID003", "LAST"]


def test_a_file_without_a_right_line_creates_nothing(database, caller):
    with pytest.raises(RefusedRequestError):
        create_dossiers(database, caller, read_dossier_lines(database, caller, "A;B"))


def test_only_an_administrator_of_the_whole_firm_may(database, domain, dossier):
    limited = authenticate(database, create_key(database, domain, [dossier.code]))
    with pytest.raises(ForbiddenError):
        read_dossier_lines(database, limited, RIGHT)


def test_files_of_spreadsheets_are_read(database, caller):
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        text = text_of("ÉCU;Éric & Fils;552100554".encode(encoding))
        (line,) = read_dossier_lines(database, caller, text)
        assert line.cells[1] == "Éric & Fils"

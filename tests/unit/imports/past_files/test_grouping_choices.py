"""The ways in which the lines of a file can become entries."""

from __future__ import annotations

import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import ConflictError
from ecritures.core.grouping import Grouping
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.imports.past_files.grouping_choices import read_groupings
from ecritures.reading.check import CheckOptions, check_file
from ecritures.sources.unpack import UnpackLimits

HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)


@pytest.fixture
def grouped(tmp_path):
    def group(*lines, options=None, other="", is_all=False):
        rows = [
            f"VE|Ventes|{number}|{day}|411000|Compte|||{piece}|{day}|x|{debit}|{credit}|||20251231||"
            for number, day, piece, debit, credit in lines
        ]
        path = tmp_path / "123456789FEC20251231.txt"
        path.write_text("\r\n".join([HEADER, *rows]))
        limits = UnpackLimits.from_settings(Settings())
        known = options or CheckOptions()
        return read_groupings(path, path.name, limits, known, Settings(), other, is_all)

    return group


def test_errors_that_cancel_out_are_hidden_by_the_running_balance(grouped):
    found = grouped(
        ("", "20250101", "A", "10,00", "0,00"),
        ("", "20250101", "A", "0,00", "11,00"),
        ("", "20250102", "B", "10,00", "0,00"),
        ("", "20250102", "B", "0,00", "9,00"),
    )
    by_piece, running = found.groups
    assert (by_piece.asked, by_piece.rule, by_piece.same) == (
        "auto",
        "journal-piece-date",
        ["journal-piece-date"],
    )
    assert (by_piece.entries, by_piece.unbalanced, by_piece.hidden) == (2, 2, 0)
    assert (running.entries, running.unbalanced, running.hidden) == (1, 0, 1)
    assert (running.hidden_lines, running.several_days, running.several_pieces) == ((2, 5), 1, 1)
    assert found.differing == 4
    first, last = found.lines[0]["marks"], found.lines[3]["marks"]
    assert (first[0].begins, first[1].begins, first[1].is_hiding) == (True, True, True)
    assert (last[0].ends, last[0].balance_cents, last[1].lines, last[1].days) == (True, 100, 4, 2)


def test_one_grouping_when_all_rules_agree(grouped):
    found = grouped(
        ("1", "20250101", "A", "10,00", "0,00"), ("1", "20250101", "A", "0,00", "10,00")
    )
    (only,) = found.groups
    assert len(only.same) == 5
    assert (found.shown, found.differing) == ((0,), 0)
    assert [len(line["marks"]) for line in found.lines] == [1, 1]


def test_what_the_import_asked_for_comes_first(grouped):
    lines = [
        ("1", "20250101", "A", "10,00", "0,00"),
        ("1", "20250101", "A", "0,00", "10,00"),
        ("2", "20250101", "A", "10,00", "0,00"),
        ("2", "20250101", "A", "0,00", "10,00"),
    ]
    options = CheckOptions(group_by=Grouping.PIECE_DATE)
    found = grouped(*lines, options=options, other="running-balance", is_all=True)
    assert found.groups[0].asked == "journal-piece-date"
    assert found.groups[found.shown[1]].entries == 2
    assert found.line_count == len(found.lines) == 4


def test_a_file_without_lines_has_nothing_to_group(grouped):
    with pytest.raises(ConflictError):
        grouped()


def test_what_the_model_of_the_import_proposes_comes_first(tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text(
        "date;journal;account;label;debit;credit;piece\n"
        "31/01/2024;VT;411000;Vente;120,00;;F1\n"
        "31/01/2024;VT;706000;Vente;;120,00;F1\n"
        "31/01/2024;VT;411000;Vente;5,00;;F1\n"
        "31/01/2024;VT;706000;Vente;;5,00;F1\n",
        "utf-8",
    )
    model = builtin_model("csv").model_copy(update={"grouping": Grouping.RUNNING_BALANCE})
    known, settings = CheckOptions(model=model), Settings()
    limits = UnpackLimits.from_settings(settings)
    found = read_groupings(path, path.name, limits, known, settings, "", is_all=True)
    assert check_file(path, known).entries == 2
    assert [(one.asked, one.entries) for one in found.groups] == [
        ("running-balance", 2),
        ("auto", 1),
    ]


def test_an_entry_with_an_unreadable_amount_has_no_sum(grouped):
    found = grouped(
        ("1", "20250101", "A", "dix", "0,00"),
        ("1", "20250101", "A", "0,00", "11,00"),
        is_all=True,
    )
    mark = found.lines[0]["marks"][0]
    assert (mark.balance_cents, mark.debit_cents, mark.lines) == (None, None, 2)

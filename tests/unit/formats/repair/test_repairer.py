"""Repairs: only what is safe, all of it told, and never twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.repair.changes import KINDS, Repairs
from ecritures.formats.repair.copy import write_repaired
from ecritures.formats.repair.repairer import Repairer
from ecritures.formats.text.encoding import BOM, Encoding
from helpers.fec import COLUMNS, NAME, entries, fec
from helpers.repair import changed, told
from helpers.rules import signed


@pytest.mark.parametrize("block_bytes", [10**6, 250])
def test_a_line_that_begins_as_a_compressed_file_does_is_repaired_as_any_other(repair, block_bytes):
    rows = [row | {"JournalCode": "x^"} for row in entries(20)]

    copy, repairs = repair(fec(rows), block_bytes=block_bytes)

    assert copy == fec(rows)
    assert not repairs.counts


@pytest.mark.parametrize("separator", ["|", "\t"])
def test_a_conforming_file_stays_as_it_is(repair, separator):
    content = fec(entries(EcritureLib='"Chez Paul" 1.50 2024-01-02'), separator=separator)

    assert repair(content)[0] == content
    assert repair(content)[1].counts == {}


@pytest.mark.parametrize("separator", ["|", "\t"])
def test_lines_of_separators_alone_are_taken_out(repair, separator):
    whole = fec(entries(), separator=separator)
    empty = separator.encode() * (len(COLUMNS) - 1) + b"\r\n"
    header, rest = whole.split(b"\r\n", 1)

    copy, repairs = repair(header + b"\r\n" + empty + rest + empty)

    assert copy == whole
    assert repairs.counts == {"blank-lines": 2}


def test_accounts_and_numbers_keep_their_text(repair):
    content = fec(changed(CompteNum="60.70", EcritureNum="1.5", PieceRef="2024-01-02"))
    assert repair(content)[0] == content


def test_the_header_gets_the_names_of_the_law(repair):
    names = {"Montantdevise": "MontantDevise", "Debit": "DÉBIT", "Credit": " Crédit "}
    columns = [names.get(name, name) for name in COLUMNS]
    lines = [{names.get(name, name): value for name, value in row.items()} for row in entries()]

    output, repairs = repair(fec(lines, columns=columns))

    assert output == fec(entries())
    assert repairs.counts == {"header": 3}
    assert (1, "Debit", "DÉBIT", "Debit", "header") in told(repairs)


def test_marks_controls_blank_lines_and_line_ends(repair):
    rows = fec(entries()).split(b"\r\n")
    spoilt = BOM + b"\n".join([b"", *rows[:3], b"   ", *rows[3:-1]]).replace(b"Achats", b"A\0chats")

    output, repairs = repair(spoilt)

    assert output == fec(entries())
    assert repairs.counts == {"bom": 1, "blank-lines": 2, "controls": 6, "line-ends": 9}
    assert [row[0] for row in told(repairs) if row[4] == "blank-lines"] == [1, 5]


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-15"])
def test_the_text_becomes_utf_8(repair, encoding):
    lines = entries(EcritureLib="Été à 2 €", JournalLib="Achats")

    output, repairs = repair(fec(lines, encoding=encoding))

    assert output == fec(lines)
    assert repairs.counts == {"encoding": 6}


def lines_of(**changes):
    return [row | changes for row in entries()]


@pytest.mark.parametrize("odd", ["607000.0", "607000,00", "'607000", '"607000"', "607 000"])
def test_an_account_that_is_whole_is_written_plainly(repair, odd):
    copy, repairs = repair(fec(changed(CompteNum=odd)))

    assert copy == fec(changed(CompteNum="607000"))
    assert repairs.counts == {"accounts": 1}


def test_accounts_are_left_when_one_of_them_is_lost(repair):
    rows = changed(CompteNum="607000.0")
    rows[0] |= {"CompteNum": "6,07E+05"}

    assert repair(fec(rows))[0] == fec(rows)


@pytest.mark.parametrize(
    "odd", ["2024-03-15 00:00:00", "2024-03-15T10:11:12", "15/03/2024 08:00", "15.03.2024"]
)
def test_a_date_with_a_time_is_written_as_the_law_wants(repair, odd):
    dates = dict.fromkeys(("EcritureDate", "PieceDate", "ValidDate"), odd)
    plain = dict.fromkeys(dates, "20240315")

    assert repair(fec(lines_of(**dates)))[0] == fec(lines_of(**plain))


def test_dates_that_begin_with_the_month_are_never_read_the_other_way(repair):
    rows = lines_of(EcritureDate="05/04/2024")
    rows[1] |= {"PieceDate": "04/25/2024"}

    assert repair(fec(rows))[0] == fec(rows)


@pytest.mark.parametrize(
    ("entered", "plain", "after"),
    [
        ("01/03/2024", "20240103", "01/03/2024"),  # a piece of the same day
        ("01/10/2024", "20240108", "01/10/2024"),  # or of two days before
        ("10/01/2024", "20240108", "20240110"),
        ("01/10/2024", "", "20241001"),  # nothing else is said
        ("01/10/2024", "01/08/2024", "20241001"),
    ],
)
def test_days_and_months_are_not_swapped_where_the_other_dates_of_the_lines_forbid_it(
    repair, entered, plain, after
):
    rows = lines_of(EcritureDate=entered, PieceDate=plain, ValidDate="20241231")

    copy, _ = repair(fec(rows))

    assert copy.count(after.encode()) == len(rows)


@pytest.mark.parametrize(
    ("entered", "after"),
    [
        (("01/05/2024", "02/03/2024", "03/01/2024"), "03/01/2024"),  # months that follow
        (("05/01/2024", "03/02/2024", "01/03/2024"), "20240301"),  # days that follow
        (("01/05/2024", "01/05/2024", "01/05/2024"), "20240501"),  # nothing is said
    ],
)
def test_entries_that_follow_one_another_say_which_comes_first(repair, entered, after):
    rows = [row for day in entered for row in lines_of(EcritureDate=day, PieceDate="")]

    assert after.encode() in repair(fec(rows))[0]


def test_a_day_that_is_no_month_says_which_comes_first(repair):
    rows = lines_of(EcritureDate="01/03/2024", PieceDate="20240103", ValidDate="20241231")
    rows[1] |= {"EcritureDate": "31/03/2024"}

    copy, repairs = repair(fec(rows))

    assert b"20240301" in copy
    assert repairs.counts["dates"] == 6


def test_dates_that_may_begin_with_the_month_are_to_be_verified(repair):
    rows = lines_of(EcritureDate="01/03/2024", PieceDate="", ValidDate="2024-12-31")

    _, repairs = repair(fec(rows))

    assert repairs.counts == {"day-first-dates": 6, "dates": 6}


def test_amounts_are_left_when_one_of_the_column_or_beside_it_is_unclear(repair):
    rows = changed(Debit="12.50")
    rows[0] |= {"Credit": "1,234,50"}

    assert repair(fec(rows))[0] == fec(rows)


@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_a_line_feed_in_a_label_becomes_a_space(repair, feed):
    whole = fec(entries())
    content = whole.replace(b"Facture 2", f"Facture{feed}2".encode(), 1)

    copy, repairs = repair(content)

    assert copy == whole
    assert repairs.counts == {"line-feeds": 1}


def test_a_line_feed_of_no_certain_meaning_stays_alone(repair):
    content = fec(entries()).replace(b"F2|20240114|", b"F2\n", 1)

    copy, _ = repair(content)

    assert copy == content


def test_columns_in_quotes_are_unquoted_though_the_header_is_not(repair):
    names = ("JournalCode", "CompteNum", "CompteLib")
    rows = [row | {name: f'"{row[name]}"' for name in names} for row in entries()]

    assert repair(fec(rows))[0] == fec(entries())


def test_what_a_spreadsheet_quotes_in_any_column_is_unquoted(repair):
    lines = entries(EcritureLib='Vis, "inox"', Debit="12,50")
    quoted = [row | {"EcritureLib": '"Vis, ""inox"""', "Debit": '"12,50"'} for row in lines]

    assert repair(fec(quoted))[0] == fec(lines)


def test_words_for_nothing_a_repeated_header_and_a_wrong_name_are_repaired(repair):
    columns = [{"EcritureLet": "EcrtureLet"}.get(name, name) for name in COLUMNS]
    rows = [row | {"DateLet": "NULL", "CompAuxNum": "None"} for row in entries()]
    content = fec(rows, columns=columns)
    header = content.splitlines(keepends=True)[0]

    copy, repairs = repair(content + header)

    assert copy == fec(entries())
    assert repairs.counts == {"header": 1, "nothing-words": 12, "repeated-headers": 1}


def test_directions_of_certain_meaning_are_written_as_the_law_wants(repair):
    copy, repairs = repair(signed("d", "- 1").content)

    assert copy == signed("D", "-1").content
    assert repairs.counts == {"directions": 2}


def test_directions_are_left_where_one_has_no_meaning(repair):
    content = signed("d", "X").content

    assert repair(content)[0] == content


def test_a_header_of_two_separators_gets_the_one_of_its_lines(repair):
    good = fec(entries(), separator="\t")

    for other in (b"|", b";", b","):
        assert repair(good.replace(b"\t", other, 7))[0] == good


def test_a_header_of_two_separators_is_left_where_the_lines_have_neither(repair):
    content = fec(entries(), separator=";").replace(b";", b"\t", 7)

    assert repair(content)[0] == content


def test_letters_are_restored_only_where_that_can_be_undone(repair):
    rows = changed(EcritureLib="RÃ¨glement &eacute;mis re\ufffdu")

    assert repair(fec(rows))[0] == fec(changed(EcritureLib="Règlement émis re\ufffdu"))


def test_an_a_whose_second_half_became_a_blank_is_restored(repair):
    rows = changed(EcritureLib="RÃ¨glement Ã  crÃ©dit")

    copy, repairs = repair(fec(rows))

    assert copy == fec(changed(EcritureLib="Règlement à crédit"))
    assert "RÃ¨glement" in repairs.frame()["before"][0]


def test_a_control_character_in_a_number_stays(repair):
    content = fec(changed(CompteNum="607\x00000", EcritureLib="Fac\x00ture"))

    copy, _ = repair(content)

    assert copy == fec(changed(CompteNum="607\x00000", EcritureLib="Facture"))


@pytest.mark.parametrize("odd", ["120,00", "2024-01-15", "607000 ACHATS"])
def test_an_account_that_is_none_is_left(repair, odd):
    content = fec(changed(CompteNum=odd))

    assert repair(content)[0] == content


def test_doubled_line_ends_are_made_single(repair):
    content = fec(entries())

    assert repair(content.replace(b"\r\n", b"\r\r\n"))[0] == content


def test_a_separator_in_a_quoted_label_becomes_a_space(repair):
    output, repairs = repair(fec(changed(EcritureLib='"Vis | écrous ""inox"""')))

    assert output == fec(changed(EcritureLib='Vis   écrous "inox"'))
    assert [row[4] for row in told(repairs)] == ["quoted-separators"]


def test_a_separator_in_a_label_without_quotes_is_left(repair):
    content = fec(changed(EcritureLib="Vis | écrous"))
    assert repair(content)[0] == content


def test_a_file_quoted_throughout_is_unquoted(repair):
    lines = entries(EcritureLib="Vis|écrous", CompteLib='dit "X"')
    quoted = [{name: f'"{v.replace(chr(34), chr(34) * 2)}"' for name, v in row.items()}
              for row in lines]  # fmt: skip
    content = fec(quoted).replace(fec([]).strip(), b"|".join(f'"{n}"'.encode() for n in COLUMNS))

    output, repairs = repair(content)

    assert output == fec(entries(EcritureLib="Vis écrous", CompteLib='dit "X"'))
    assert repairs.counts["quoted-separators"] == 6


def test_separators_in_excess_are_cut_only_where_the_rest_is_in_place(repair):
    rows = fec(entries()).split(b"\r\n")
    rows[2] += b"||"
    rows[4] = rows[4].replace(b"Facture", b"Fac|ture")

    output, repairs = repair(b"\r\n".join(rows))

    fine = fec(entries()).split(b"\r\n")
    fine[4] = rows[4]
    assert output == b"\r\n".join(fine)
    assert told(repairs) == [(3, None, "||", "", "trailing-separators")]


def test_details_are_capped_and_counts_are_not(repair):
    _, repairs = repair(fec(entries(50, Montantdevise="1.5"), end="\n"), details_max=10)

    assert repairs.counts == {"decimal-point": 100, "line-ends": 101}
    assert repairs.frame().height == 20


@pytest.mark.heavy
@pytest.mark.parametrize("block_bytes", [64, 333, 10**6])
def test_the_size_of_a_block_changes_nothing(repair, block_bytes):
    rows = entries(20)
    rows[17]["Debit"] = "1.5"
    content = fec(rows, end="\n") + b"\n\n"

    output, repairs = repair(content, block_bytes=block_bytes)

    assert output == fec([row | ({"Debit": "1,5"} if row is rows[17] else {}) for row in rows])
    assert (19, "Debit", "1.5", "1,5", "decimal-point") in told(repairs)
    assert repairs.counts == {"decimal-point": 1, "blank-lines": 2, "line-ends": 43}


def test_the_file_itself_is_never_overwritten(tmp_path):
    path, link = tmp_path / NAME, tmp_path / "link.txt"
    path.write_bytes(fec(entries()))
    link.hardlink_to(path)
    for output in (path, link, tmp_path / "." / NAME):
        with pytest.raises(RefusedRequestError):
            write_repaired(path, output)
    assert path.read_bytes() == fec(entries())


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<comptabilite/>", b"\xff\xfe<\0", b"\xff\xfea"]
)
def test_what_is_no_flat_text_is_refused_and_leaves_nothing(tmp_path, content):
    path = tmp_path / NAME
    path.write_bytes(content)
    with pytest.raises(RefusedRequestError):
        write_repaired(path, tmp_path / "out.txt")
    assert list(tmp_path.iterdir()) == [path]


def test_every_kind_of_repair_has_its_words():
    assert all(len(words) == 2 for words in KINDS.values())


def repaired(content):
    repairs = Repairs()
    return b"".join(Repairer(Encoding(), repairs).repair([content] if content else [])), repairs


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Z"]), max_size=8
)
LABELS = WORDS.map(lambda text: text.translate(dict.fromkeys(map(ord, "|ÂÃÄÅâ&"))))


@pytest.mark.heavy
@settings(deadline=None)
@given(st.lists(LABELS, min_size=1, max_size=5), st.sampled_from(["\r\n", "\n", "\r"]))
def test_a_conforming_file_changes_by_its_line_ends_alone(labels, end):
    lines = [row for label in labels for row in entries(1, EcritureLib=f"F{label}")]

    output, repairs = repaired(fec(lines, end=end))

    assert output == fec(lines)
    assert set(repairs.counts) <= {"line-ends"}


NO_ROW = dict.fromkeys(COLUMNS, "")
TOTALS = [
    NO_ROW | {"EcritureLib": "Total général", "Debit": "360,00", "Credit": "360,00"},
    NO_ROW | {"JournalCode": "Report page 2", "Debit": "9,00", "Credit": "9,00"},
    NO_ROW | {"Debit": "9,00", "Credit": "9,00"},
]


@pytest.mark.parametrize("total", TOTALS)
def test_a_line_of_totals_is_left_out_and_told_whole(repair, total):
    rows = entries()
    line = fec([total]).decode().splitlines()[1]

    copy, repairs = repair(fec([*rows[:2], total, *rows[2:]]))

    assert copy == fec(rows)
    assert told(repairs) == [(4, None, line, "", "total-lines")]


def test_a_total_that_is_not_that_of_the_lines_stays(repair):
    content = fec([*entries(), TOTALS[0] | {"Debit": "361,00"}])
    assert repair(content)[0] == content


def test_a_total_in_one_field_is_left_out(repair):
    copy, repairs = repair(fec(entries()) + "Total général : 9,00\r\n".encode())

    assert copy == fec(entries())
    assert repairs.counts == {"total-lines": 1}


def test_a_line_without_account_that_is_no_total_stays(repair):
    content = fec([*entries(), NO_ROW | {"EcritureLib": "Report à nouveau", "Debit": "9,00"}])

    assert repair(content)[0] == content


@pytest.mark.parametrize("word", ["NaT", "nan", "<NA>"])
def test_what_pandas_writes_for_nothing_is_taken_out(repair, word):
    rows = [row | {"DateLet": word, "EcritureLet": word} for row in entries()]

    assert repair(fec(rows))[0] == fec(entries())


def test_one_without_its_sign_is_written_as_the_law_wants(repair):
    copy, repairs = repair(signed("1", "-1").content)

    assert copy == signed("+1", "-1").content
    assert repairs.counts == {"directions": 1}


def test_line_ends_of_returns_alone_are_counted_line_by_line(repair):
    content = fec(entries())

    copy, repairs = repair(content.replace(b"\r\n", b"\r"))

    assert copy == content
    assert repairs.counts == {"line-ends": content.count(b"\r\n")}

"""The rejected entries: the right lines, why, and readable again."""

from __future__ import annotations

import io

import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import ConflictError
from ecritures.formats.layouts.builtin import builtin_document, builtin_model
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file
from ecritures.reading.rejected import with_every_detail, write_rejected
from ecritures.rules.catalogue import RULES
from helpers.fec import NAME, entries, entry, fec, line


@pytest.fixture
def give_back(tmp_path):
    """Return a function: bytes of a file → the rejected entries, as bytes."""

    def give_back(data, language="fr", **settings):
        limits = Settings(**settings)
        path = tmp_path / NAME
        path.write_bytes(data)
        report = with_every_detail(path, limits, None, check_file(path, settings=limits))
        target = io.BytesIO()
        write_rejected(path, report, limits, language, target)
        return target.getvalue()

    return give_back


def rows_of(data, separator="|"):
    head, *lines = data.decode().removesuffix("\r\n").split("\r\n")
    return head.split(separator), [one.split(separator) for one in lines]


def test_all_lines_of_an_entry_come_back_when_one_is_wrong(give_back):
    rows = entries(3)
    rows[3]["Credit"] = "12.50"
    head, lines = rows_of(give_back(fec(rows)))
    assert head[-2:] == ["LigneSource", "Anomalies"]
    assert [one[18] for one in lines] == ["4", "5"]
    assert lines[0][19] == "→ FEC-MNT-01 (ligne 5)"
    assert lines[1][19].startswith("FEC-MNT-01 : Credit : « 12.50 » a un point décimal")


@pytest.mark.parametrize("wrong", [{"EcritureDate": "2024-01-15"}, {"Debit": "", "Credit": ""}])
def test_what_is_wrong_on_every_line_brings_every_line_back(give_back, wrong):
    _, lines = rows_of(give_back(fec(entries(2, **wrong))))

    assert [one[18] for one in lines] == ["2", "3", "4", "5"]


def test_lines_of_one_entry_scattered_over_the_file_come_back_together(give_back):
    first, second = entry(1), entry(1, JournalCode="VE", JournalLib="Ventes")
    second[1]["Credit"] = "1.00"
    _, lines = rows_of(give_back(fec([second[0], *first, second[1]])))
    assert [one[18] for one in lines] == ["2", "5"]


def test_a_clean_file_gives_back_its_header_only(give_back):
    head, lines = rows_of(give_back(fec(entries(2))))
    assert len(head) == 20
    assert lines == []


def test_warnings_and_informations_reject_nothing(give_back):
    rows = [*entries(2), line(3, debit="5,00", credit="5,00")]
    assert rows_of(give_back(fec(rows)))[1] == []


def test_an_unbalanced_entry_comes_back_whole_with_its_key(give_back):
    rows = entries(2)
    rows[1]["Credit"] = "119,99"
    _, lines = rows_of(give_back(fec(rows)))
    assert [one[18] for one in lines] == ["2", "3"]
    assert "HA/1" in lines[0][19]


def test_a_line_that_cannot_be_cut_comes_back_as_it_was(give_back):
    rows = entries(2)
    rows[0] |= {"EcritureLib": "avec | dedans", "Montantdevise": "120,00", "Idevise": "EUR"}
    data = give_back(fec(rows))
    odd = data.decode().split("\r\n")[1]
    assert odd.startswith("HA|Achats|1|20240115|607000|")
    assert "avec | dedans" in odd
    assert "|2|FEC-STR-07 : 19 champs au lieu de 18" in odd


def test_separators_in_excess_at_the_end_are_dropped(give_back):
    rows = entries(2)
    rows[1]["Credit"] = "1.0"
    data = fec(rows).replace(b"20240131||\r\n", b"20240131||||\r\n", 1)
    _, lines = rows_of(give_back(data))
    assert {len(one) for one in lines} == {20}


@pytest.mark.heavy
@pytest.mark.parametrize("separator", ["|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_what_is_given_back_is_utf8_and_read_again(give_back, tmp_path, separator, encoding, end):
    rows = entries(4)
    rows[2]["Debit"] = "12O,00"
    rows[4]["EcritureLib"] = "Œuvre" if encoding != "iso-8859-15" else "Été"
    given = give_back(fec(rows, separator=separator, encoding=encoding, end=end))
    again = tmp_path / "again.txt"
    again.write_bytes(given)
    report = check_file(again)
    assert report.encoding == "utf-8"
    assert report.separator == separator
    assert report.lines == given.count(b"\r\n") - 1
    blocking = [code for code in report.anomalies.counts if RULES[code].blocks]
    assert blocking == ["FEC-MNT-03"]


def test_mended_and_sent_again_it_is_importable(give_back, tmp_path):
    rows = entries(3)
    rows[3]["Credit"] = "120.00"
    mended = tmp_path / "mended.txt"
    mended.write_bytes(give_back(fec(rows)).replace(b"|120.00|", b"|120,00|"))
    report = check_file(mended)
    assert (report.importable, report.conforming, report.lines) == (True, True, 2)


def test_given_back_twice_it_has_the_two_columns_once(give_back):
    rows = entries(3)
    rows[3]["Credit"] = "120.00"
    once = give_back(fec(rows))
    twice = give_back(once)
    head, lines = rows_of(twice)
    assert head.count("LigneSource") == 1
    assert [one[18] for one in lines] == ["2", "3"]
    assert {len(one) for one in lines} == {20}


def test_nothing_is_left_out_because_details_are_capped(give_back):
    rows = [row for number in range(1, 51) for row in entry(number, "10.00")]
    _, lines = rows_of(give_back(fec(rows), anomaly_details_max=3))
    assert len(lines) == 100


@pytest.mark.heavy
def test_small_blocks_give_the_same(give_back):
    rows = entries(60)
    for number in (3, 50, 99):
        rows[number]["Credit"] = "1.00"
    assert give_back(fec(rows), block_bytes=4096) == give_back(fec(rows))


def test_sentences_are_in_the_language_asked_for(give_back):
    rows = entries(1, amount="1.00")
    assert "has a decimal point" in give_back(fec(rows), "en").decode()


def test_a_separator_inside_a_sentence_does_not_cut_the_line(give_back):
    rows = entries(2)
    rows[1]["Credit"] = "1|00"
    for one in rows_of(give_back(fec(rows, separator="\t")), "\t")[1]:
        assert len(one) == 20
        assert "|" not in one[19]


def test_a_file_that_cannot_be_cut_into_lines_is_refused(give_back):
    with pytest.raises(ConflictError, match="correct it as a whole"):
        give_back(b"nothing of a FEC\r\n")


def test_entries_read_by_a_model_come_back_as_a_fec(tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text(
        "date;journal;account;label;debit;credit;piece\n"
        "31/01/2024;VT;411000;Vente|1;120,00;;F1\n"
        "31/01/2024;VT;706000;Vente;;100,0x;F1\n"
        "01/02/2024;BQ;512000;Reçu;120,00;;B1\n"
        "01/02/2024;BQ;411000;Reçu;;120,00;B1\n"
        "31/13/2024;BQ;512000;Reçu;5,00;;B2\n",
        "utf-8",
    )
    model = builtin_model("csv")
    report = check_file(path, CheckOptions(model=model))
    target = io.BytesIO()
    assert write_rejected(path, report, Settings(), "en", target, model) == 3
    head, lines = rows_of(target.getvalue())
    assert [len(head), *map(len, lines)] == [20] * 4
    assert [one[18] for one in lines] == ["2", "3", "6"]
    assert lines[0][10:13] == ["Vente 1", "120,00", "0,00"]
    assert lines[1][12] == "100,0x"
    assert lines[2][3] == "31/13/2024"
    assert lines[1][19].startswith("MOD-MNT-01 : ")


def test_an_amount_in_currency_is_written_as_it_was_read(tmp_path):
    document = builtin_document("csv")
    document["input"]["records"][0]["columns"] |= {"cur": "cur", "value": "value"}
    document["fields"] |= {"currency": {"from": "cur"}, "currencyAmount": {"from": "value"}}
    path = tmp_path / "entries.csv"
    path.write_text(
        "date;journal;account;label;debit;credit;cur;value\n"
        "31/01/2024;VT;411000;A;120,00;;USD;-0,05\n"
        "31/01/2024;VT;706000;A;;100,0x;JPY;1200\n",
        "utf-8",
    )
    model = load_model(document)
    report = check_file(path, CheckOptions(model=model))
    target = io.BytesIO()
    write_rejected(path, report, Settings(), "en", target, model)
    _, lines = rows_of(target.getvalue())
    assert [one[16:18] for one in lines] == [["-0,05", "USD"], ["1200", "JPY"]]

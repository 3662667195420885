"""XML read by a model: elements are records, values come down from the elements around them."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts import xml_rows
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.layouts.loading import ModelRefusedError, load_model
from ecritures.formats.layouts.preview import try_model
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file

ELEMENTS = {
    "name": "elements",
    "input": {"kind": "xml", "records": [
        {"name": "ecriture", "role": "heading", "path": "compta/ecriture",
         "columns": {"day": "date", "journal": "journal/code"}},
        {"name": "ligne", "path": "compta/ecriture/lignes/ligne",
         "columns": {"account": "compte", "sum": {"names": ["montant", "somme"]},
                     "way": "montant/sens", "text": {"name": ".", "optional": True}}},
    ]},
    "dates": {"formats": ["AAAA-MM-JJ"]},
    "amounts": {"decimal": "."},
    "grouping": "heading",
    "fields": {"journalCode": {"from": "journal"}, "entryDate": {"from": "day"},
               "accountNumber": {"from": "account"}, "amount": {"from": "sum"},
               "direction": {"from": "way"}, "label": {"from": "text"}},
}  # fmt: skip
DEBIT = "<ligne><compte>606000</compte><montant sens='D'>10.00</montant>Fournitures</ligne>"
CREDIT = "<ligne><compte>401000</compte><montant sens='C'>10.00</montant></ligne>"
HEAD = "<date>2026-03-05</date>\n<journal><code>AC</code></journal>\n"


def entry(*lines, head=HEAD, tail=""):
    return f"<ecriture>\n{head}<lignes>\n{chr(10).join(lines)}\n</lignes>\n{tail}</ecriture>\n"


def document(*entries, before="<?xml version='1.0'?>\n"):
    return f"{before}<compta>\n{''.join(entries)}</compta>\n"


GOOD = document(entry(DEBIT, CREDIT))


@pytest.fixture
def file_of(tmp_path):
    def write(content):
        path = tmp_path / "file.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def read(file_of):
    def run(content, how=ELEMENTS):
        return try_model(load_model(how), file_of(content))

    return run


def found(tried):
    return [
        (row["code"], row["line"], row["column"], row["value"])
        for row in tried.anomalies.frame().iter_rows(named=True)
    ]


def test_elements_attributes_and_own_texts_become_lines(read):
    tried = read(GOOD)
    columns = "line", "journal_code", "account_number", "label", "debit_cents", "credit_cents"
    assert tried.lines.select(columns).rows() == [
        (7, "AC", "606000", "Fournitures", 1000, 0),
        (8, "AC", "401000", "", 0, 1000),
    ]
    assert found(tried) == []


def test_each_heading_element_is_an_entry(file_of):
    path = file_of(document(entry(DEBIT, CREDIT), entry(DEBIT, CREDIT), entry()))
    report = check_file(path, CheckOptions(model=load_model(ELEMENTS)))
    assert (report.importable, report.entries, report.lines) == (True, 2, 4)


def test_prefixes_of_namespaces_do_not_matter(read):
    text = GOOD.replace("<ligne>", "<c:ligne>").replace("</ligne>", "</c:ligne>")
    assert read(text.replace("<compta>", "<compta xmlns:c='urn:x'>")).lines.height == 2


@pytest.mark.parametrize("tail", ["", "<date>2026-03-05</date><journal><code>AC</code></journal>"])
def test_values_of_a_heading_may_come_after_its_lines(read, tail):
    head, end = ("", tail) if tail else (HEAD, "")
    lines = read(document(entry(DEBIT, CREDIT, head=head, tail=end))).lines
    assert lines["journal_code"].to_list() == ["AC", "AC"]
    assert lines["entry_date"].null_count() == 0


def test_an_anomaly_has_the_line_of_its_element(read):
    tried = read(document(entry(DEBIT, CREDIT.replace("10.00", "dix"))))
    assert found(tried) == [("MOD-MNT-01", 8, "montant", "dix")]


def test_where_the_file_is_cut_does_not_matter(file_of, monkeypatch):
    monkeypatch.setattr(xml_rows, "BLOCK_ROWS", 2)
    for model, text in (
        (load_model(ELEMENTS), document(*[entry(DEBIT, CREDIT)] * 3)),
        (builtin_model("sage-i7"), builtin_model("sage-i7").samples[0].text),
    ):
        path, read = file_of(text), []
        for size in (1 << 20, 7, 100):
            how = ReadOptions(block_bytes=size)
            reader = open_model_reader(path, model, Encoding(), how, Anomalies())
            read.append([row for block in reader.blocks() for row in block.lines.iter_rows()])
            assert reader.bytes_read == len(text.encode())
        assert read[0] == read[1] == read[2]


def test_a_heading_keeps_no_more_rows_back_than_allowed(read, monkeypatch):
    monkeypatch.setattr(xml_rows, "HELD_ROWS_MAX", 2)
    head, tail = "<journal code='AC'/>", "<date>2026-03-06</date>"
    assert found(read(document(entry(DEBIT, CREDIT, head=head, tail=tail)))) == []
    late = read(document(entry(*[DEBIT] * 4, head=head, tail=tail)))
    assert ("MOD-XML-04", 10, "date", "2026-03-06") in found(late)


def test_a_value_given_twice_is_no_value_to_choose(read):
    twice = DEBIT.replace("</ligne>", "<compte>607000</compte></ligne>")
    assert found(read(document(entry(twice, CREDIT)))) == [("MOD-XML-03", 7, "compte", "607000")]


def test_a_field_that_no_element_has_is_told_with_those_there_are(read):
    tried = read(GOOD.replace("compte>", "cpt>"))
    row = tried.anomalies.frame().row(0, named=True)
    assert (row["code"], row["line"], row["value"]) == ("MOD-COL-01", 7, "compte")
    assert "cpt" in row["expected"]


def test_elements_on_one_line_are_counted_one_by_one(read):
    tried = read(GOOD.replace("\n", " "))
    assert tried.lines["line"].to_list() == [2, 3]
    assert [one[:2] for one in found(tried)] == [("MOD-XML-05", 1)]


def test_elements_in_a_line_complete_it_and_others_describe_accounts(read):
    records = [
        *ELEMENTS["input"]["records"],
        {"name": "axe", "role": "complement", "path": "compta/ecriture/lignes/ligne/axe",
         "columns": {"section": "code", "share": "part"}},
        {"name": "compte", "role": "account", "path": "compta/plan/compte",
         "columns": {"number": "numero", "title": "."},
         "account": {"number": "number", "label": "title"}},
    ]  # fmt: skip
    axes = "<axe code='NORD' part='60'/>\n<axe code='SUD' part='40'/>\n</ligne>"
    plan = "<plan><compte numero='606000'>Achats</compte></plan>\n"
    text = document(plan, entry(DEBIT.replace("</ligne>", axes), CREDIT))
    tried = read(text, ELEMENTS | {"input": {"kind": "xml", "records": records}})
    assert found(tried)[1:] == []  # two elements are on the first line
    assert tried.lines["account_label"].to_list() == ["Achats", ""]
    assert tried.lines["extra"].to_list() == [
        '{"axe":[{"section":"NORD","share":"60"},{"section":"SUD","share":"40"}]}',
        None,
    ]


BOMB = '<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (document(entry(DEBIT, CREDIT), before=BOMB), "MOD-XML-02", 1),
        (document(before="<!DOCTYPE x SYSTEM 'file:///x'>\n"), "MOD-XML-02", 1),
        (GOOD.replace("Fournitures", "&nbsp;"), "MOD-XML-01", 7),
        (GOOD.removesuffix("</compta>\n"), "MOD-XML-01", 11),
        ("<a>" * 100, "MOD-XML-01", 1),
        (GOOD.replace("'1.0'?", "'1.0' encoding='klingon'?"), "MOD-XML-01", 1),
        ("rien", "MOD-XML-01", 1),
    ],
)
def test_what_is_no_sound_xml_is_refused(read, content, code, line):
    (only,) = [one for one in found(read(content)) if one[0].startswith("MOD-XML")]
    assert only[:2] == (code, line)


def test_a_text_of_any_length_is_not_kept(read):
    with pytest.raises(RefusedRequestError):
        read(GOOD.replace("606000", "6" * (2 << 20)))
    with pytest.raises(RefusedRequestError):
        read(GOOD.replace("<compte>", f"<compte x='{'6' * (2 << 20)}'>"))


@pytest.mark.parametrize("content", [document(), "<compta/>", "<autre><ligne/></autre>", b" "])
def test_a_file_without_lines_has_none(file_of, content):
    report = check_file(file_of(content), CheckOptions(model=load_model(ELEMENTS)))
    assert not report.importable
    assert report.lines == 0


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (GOOD.replace("Fournitures", "Été").encode("utf-8"), "utf-8"),
        (b"\xef\xbb\xbf" + GOOD.replace("Fournitures", "Été").encode(), "utf-8"),
        (
            GOOD.replace("Fournitures", "Été")
            .replace("'1.0'?", "'1.0' encoding='ISO-8859-1'?")
            .encode("latin-1"),
            "iso-8859-1",
        ),
        (GOOD.replace("Fournitures", "Été").encode("latin-1"), "iso-8859-15"),  # declares nothing
    ],
)
def test_the_encoding_is_the_one_declared_or_else_decided(file_of, content, encoding):
    path = file_of(content)
    report = check_file(path, CheckOptions(model=load_model(ELEMENTS)))
    assert (report.encoding, report.importable) == (encoding, True)
    assert try_model(load_model(ELEMENTS), path).lines["label"][0] == "Été"


def test_bytes_of_two_encodings_are_refused_where_they_are(file_of):
    accents = entry(DEBIT.replace("Fournitures", "Été"), CREDIT)
    text = document(*[accents] * 3).encode()
    path = file_of(text[::-1].replace(b"401000"[::-1], b"\xe9", 1)[::-1])
    report = check_file(path, CheckOptions(model=load_model(ELEMENTS)))
    assert report.anomalies.counts["MOD-XML-01"] == 1


def test_a_sound_letter_in_the_wrong_place_is_no_other_encoding(read):
    tried = read(GOOD.replace("<date>", "<da\ufeffte>", 1))
    assert [one[0] for one in found(tried)] == ["MOD-XML-01"]


def test_an_attribute_that_is_not_utf_8_is_read_by_the_encoding_decided(file_of):
    text = document(entry(DEBIT.replace("sens='D'", "sens='D' note='été'"), CREDIT))
    path = file_of(text.encode("windows-1252"))
    assert check_file(path, CheckOptions(model=load_model(ELEMENTS))).importable


def record(**changes):
    records = [ELEMENTS["input"]["records"][0], ELEMENTS["input"]["records"][1] | changes]
    return ELEMENTS | {"input": {"kind": "xml", "records": records}}


@pytest.mark.parametrize(
    ("change", "fr", "en"),
    [
        (record(path=None), "donnez « path »", "give “path”"),
        (record(path="compta/ecriture"), "donnez « path »", "give “path”"),
        (record(columns={}), "donnez « columns »", "give “columns”"),
        (record(when={"startsWith": "x"}), "« when » ne va pas avec", "“when” does not go with"),
        (record(columns={"account": 1}), "cette façon de la placer", "this place does not go"),
        (
            ELEMENTS | {"input": ELEMENTS["input"] | {"kind": "jsonLines"}},
            "« path » ne va qu'avec « kind: xml »",
            "“path” only goes with “kind: xml”",
        ),
    ],
)
def test_a_model_of_xml_says_which_elements_are_read(change, fr, en):
    with pytest.raises(ModelRefusedError) as refused:
        load_model(change)
    assert fr in refused.value.sentence.fr
    assert en in refused.value.sentence.en

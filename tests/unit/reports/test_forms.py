"""The forms of report: what each says, and that nothing in it is taken for an instruction."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
import zipfile
from html.parser import HTMLParser

import pytest
from python_calamine import CalamineWorkbook

from ecritures.core.anomalies import Anomaly
from ecritures.reports.content import Content
from ecritures.reports.escape import escape_formula
from ecritures.reports.forms import FORMS, write_report
from ecritures.rules.catalogue import RULES

EVIL = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    " =1",
    '<script>alert("x")</script>',
    "<img src=x onerror=alert(1)>",
    'a;"b";c',
    "d'e|f\tg",
    "l1\r\nl2",
    "{{ 7 * 7 }}",
    "http://example.com",
]
CUT_SHORT = re.compile(r"[ :,;](?:a|has|par|by|de|of|le|the|que|is|est|on|au|to|and|et|[:,;])$")
"""A title that ends in a word or a mark that wants another after it."""

PLAIN = ["-12,50", "+3", "1 234,56", "HA/12", "été", "", "12.50"]
SUMMARY = {
    "file": "<b>fichier</b>.txt",
    "format": "fec",
    "layout": "bic-debit-credit",
    "encoding": "utf-8",
    "separator": "|",
    "grouping": "journal-number",
    "lines": 1234,
    "entries": 600,
    "conforming": False,
    "importable": False,
    "debitCents": 123456,
    "creditCents": 123456,
    "seconds": 0.5,
}
STATISTICS = {
    "entriesByMonth": {"2024-01": 12, "2024-03": 4},
    "classes": {
        "4": {"debitCents": 0, "creditCents": 100},
        "6": {"debitCents": 100, "creditCents": 0},
    },
}


def content(values=EVIL, code="FEC-MNT-03", total=None, **more):
    anomalies = [
        Anomaly(code, line, "Debit", value, value, value) for line, value in enumerate(values, 2)
    ]
    counts = {code: total or len(anomalies)} if anomalies else {}
    kept = {code: len(anomalies)} if anomalies else {}
    return Content(SUMMARY | {"anomalyCounts": counts} | more, kept, lambda: anomalies)


def written(form, told, language="fr"):
    target = io.BytesIO()
    write_report(FORMS[form], told, language, target)
    return target.getvalue()


def csv_rows(told, language="fr"):
    text = written("csv", told, language).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def sheets(told, language="fr"):
    book = CalamineWorkbook.from_filelike(io.BytesIO(written("xlsx", told, language)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


class _Page(HTMLParser):
    """Gathers the tags, attributes and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def page(told, language="fr"):
    return _Page(written("html", told, language).decode())


@pytest.mark.parametrize("value", EVIL[:6])
def test_a_value_that_a_spreadsheet_would_compute_is_quoted_in_csv(value):
    assert escape_formula(value) == f"'{value}"


@pytest.mark.parametrize("value", PLAIN)
def test_any_other_value_is_written_as_it_is(value):
    assert escape_formula(value) == value


def test_csv_is_read_back_value_by_value():
    rows = csv_rows(content(EVIL + PLAIN))
    assert [row["Valeur"] for row in rows] == [escape_formula(value) for value in EVIL + PLAIN]
    assert not any(row[name].lstrip().startswith(("=", "@")) for row in rows for name in row)
    assert rows[0]["Message"] == "Debit : « =1+1 » n'est pas un montant"
    assert (rows[0]["Ligne"], rows[0]["Code"], rows[0]["Bloquante"]) == ("2", "FEC-MNT-03", "oui")


def test_csv_says_exact_totals_and_how_many_are_told():
    rows = csv_rows(content(EVIL, total=5000), "en")
    told = {(row["Total of the code"], row["Details of the code"]) for row in rows}
    assert told == {("5000", str(len(EVIL)))}


def test_a_workbook_has_three_sheets_and_texts_are_texts():
    found = sheets(content(EVIL, total=5000))
    assert list(found) == ["Résumé", "Anomalies", "Règles"]
    values = [row[5] for row in found["Anomalies"][1:]]
    assert [value.replace("\r\n", "\n") for value in values] == [
        value.replace("\r\n", "\n") for value in EVIL
    ]
    assert found["Anomalies"][1][0] == 2
    summary = {row[0]: row[1] for row in found["Résumé"]}
    assert summary["Importable"] == "NON"
    assert "5\u202f000, dont 13 en détail" in summary["Anomalies"]
    assert {row[0] for row in found["Règles"][1:]} == set(RULES)


def test_a_workbook_has_neither_formula_nor_link():
    raw = written("xlsx", content())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "sheet" in name]
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)


def test_json_is_the_summary_and_every_detail():
    told = json.loads(written("json", content(EVIL, total=5000)))
    assert told["anomalyCounts"] == {"FEC-MNT-03": 5000}
    assert told["anomalyDetails"] == {"FEC-MNT-03": len(EVIL)}
    assert [one["value"] for one in told["anomalies"]] == EVIL
    assert set(told) >= set(SUMMARY)


def test_a_page_shows_values_and_never_obeys_them():
    found = page(content())
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert '<script>alert("x")</script>' in found.text
    assert "{{ 7 * 7 }}" in found.text
    assert "<b>fichier</b>.txt" in found.text


def test_a_page_asks_nothing_of_any_other_place():
    found = page(content(statistics=STATISTICS))
    assert not {"link", "iframe", "img", "script"} & set(found.tags)
    assert not [value for name, value in found.attributes if name == "src"]
    links = [value for name, value in found.attributes if name == "href"]
    assert all(link.startswith("#") for link in links)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes


def test_a_page_tells_verdicts_codes_and_where_the_details_were_capped():
    text = page(content(EVIL, total=5000)).text
    rule = RULES["FEC-MNT-03"]
    assert "Non importable" in text
    assert "5 000 anomalies bloquantes" in text
    assert "5 000, dont 13 en détail" in text
    assert rule.remedy_fr in text
    assert rule.source in text


def test_a_page_speaks_english_too():
    text = page(content(), "en").text
    assert "Not importable" in text
    assert "What was found" in text
    assert RULES["FEC-MNT-03"].remedy_en in text


def test_charts_are_drawn_from_the_statistics_and_left_out_without():
    drawn, bare = page(content(statistics=STATISTICS)), page(content([]))
    assert "Écritures par mois" in drawn.text
    assert "02/2024 : 0" in drawn.text
    assert "4 Tiers : 1,00 € crédit" in drawn.text
    assert "svg" not in bare.tags
    assert "Aucune anomalie." in bare.text


def test_what_blocks_comes_first_and_each_rule_leads_to_its_details():
    found = page(content())
    assert "Ce qui empêche l'import" in found.text
    assert ("href", "#FEC-MNT-03") in found.attributes
    assert ("id", "FEC-MNT-03") in found.attributes


def test_conformity_does_not_apply_to_what_a_model_reads():
    assert "Norme : sans objet" in page(content(conforming=None)).text


def test_the_official_verdict_is_told_when_it_was_asked_for():
    assert "ne rend aucun rapport" in page(content(dgfip="no-report")).text
    assert "Outil de l'administration" not in page(content()).text


@pytest.mark.heavy
@pytest.mark.parametrize("form", FORMS)
def test_memory_does_not_grow_with_the_details(form):
    def peak_of(many):
        told = Content(
            SUMMARY | {"anomalyCounts": {"FEC-MNT-03": many}},
            {"FEC-MNT-03": many},
            lambda: (Anomaly("FEC-MNT-03", line, "Debit", "x" * 200) for line in range(2, many)),
        )
        tracemalloc.start()
        try:
            sink = _Sink()
            write_report(FORMS[form], told, "fr", sink)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_of(100)  # the libraries are loaded
    assert peak_of(8000) < peak_of(1000) + 1_000_000


@pytest.mark.heavy
@pytest.mark.parametrize("form", FORMS)
def test_a_hundred_thousand_details_are_written(form):
    many = 100_000 if form != "xlsx" else 20_000
    told = Content(
        SUMMARY | {"anomalyCounts": {"FEC-MNT-03": many}},
        {"FEC-MNT-03": many},
        lambda: (Anomaly("FEC-MNT-03", line, "Debit", "=x") for line in range(2, many + 2)),
    )
    sink = _Sink()
    write_report(FORMS[form], told, "fr", sink)
    assert sink.tell() > 0


class _Sink(io.RawIOBase):
    """A file that keeps the size of what it is given, and nothing else."""

    def __init__(self):
        super().__init__()
        self._position = self._size = 0

    def writable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def tell(self):
        return self._position

    def write(self, data):
        self._position += len(data)
        self._size = max(self._size, self._position)
        return len(data)


@pytest.mark.heavy
def test_a_page_of_many_details_stays_light_and_says_so():
    many = [str(number) for number in range(6000)]
    text = page(content(many)).text
    assert "… et 5 900 de plus" in text

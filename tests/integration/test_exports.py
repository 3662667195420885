"""The ledger is given back as a FEC: in order, of one revision, with everything said of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ecritures.app.actions import closing, lettering
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.app.queries import find_dossier
from ecritures.app.views.exports import export_view
from ecritures.core.errors import ConflictError, EcrituresError
from ecritures.database import tables
from ecritures.exports import chunks, snapshot
from ecritures.exports.choices import Drafts, Layout, Numbering, Separator
from helpers.exporting import Exporting, checked, entries_of, found_in, numbers_of, rows_of
from helpers.fec import entries, entry, fec, line
from helpers.fec_xml import document
from helpers.fec_xml import entry as xml_entry
from helpers.fec_xml import lines as xml_lines

OTHER = "https://files.example/other/079555421FEC20241231.txt"
THIRD = "https://files.example/third/079555421FEC20241231.txt"


@pytest.fixture
def export(database, dossier, tmp_path):
    return Exporting(database, dossier, tmp_path / "exports")


@pytest.fixture
def request_of(database, caller, dossier):
    return DossierRequest(database.for_domain(caller.domain_id), caller, dossier.code)


def opening(number="1", **changes):
    named = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20240101"}
    return entry(number, **named, PieceDate="20240101", **changes)


LETTERED = {"CompAuxNum": "F1", "CompAuxLib": "Fournisseur", "EcritureLet": "AA"}
LETTERED |= {"DateLet": "20240201"}
CONFORMING = fec(
    [
        *opening("1", ValidDate="20240105"),
        line("2", "607000", "120,00"),
        line("2", "401000", credit="120,00", **LETTERED),
        *entry("3", ValidDate="20240131", Montantdevise="-130,555", Idevise="USD"),
        line("4", "401000", "120,00", **LETTERED, ValidDate="20240229"),
        line("4", "512000", credit="120,00", ValidDate="20240229"),
    ]
)


@pytest.mark.parametrize("separator", list(Separator))
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_a_conforming_import_comes_back_as_the_same_bytes(importing, export, separator, encoding):
    importing.post(CONFORMING)

    made = export(year="2024", separator=separator, encoding=encoding)

    assert made.path.name == "079555421FEC20241231.txt"
    text = made.path.read_bytes().decode(encoding)
    assert text.replace(separator.character, "|") == CONFORMING.decode()
    assert (made.complete, list(made.findings)) == (True, [])
    assert checked(made) == {}
    view = export_view(made)
    assert (view["entries"], view["lines"], view["leftOut"]) == (4, 8, 0)
    assert view["head"] == made.snapshot.head.digest
    described = made.description_path.read_text("utf-8")
    for said in (made.sha256, str(view["head"]), encoding, "18 colonnes", "Ruptures : 0"):
        assert said in described


def test_openings_come_first_then_the_order_of_validation(importing, export):
    late = [*entry("2", ValidDate="20240331"), *entry("3", ValidDate="20240131")]
    importing.post(fec([*late, *opening("9", ValidDate="20241231")]))

    assert numbers_of(export(year="2024")) == ["AN 9", "HA 3", "HA 2"]


def test_an_entry_that_was_replaced_keeps_its_place_among_the_numbers(importing, export):
    importing.post(fec(entries(12)))
    changed = [*entries(3), *entry(4, "99,00"), *entries(12)[8:]]
    importing.post(fec(changed), url=OTHER, options={"replace": {"fiscalYear": "2024"}})

    assert numbers_of(export(year="2024")) == [f"HA {number}" for number in range(1, 13)]


def test_numbers_of_each_journal_follow_each_other_journal_by_journal(importing, export):
    importing.post(fec([*entries(2, JournalCode="VE"), *entries(2, JournalCode="BQ")]))

    assert numbers_of(export(year="2024")) == ["BQ 1", "BQ 2", "VE 1", "VE 2"]


class TestDrafts:
    FILE = fec([*entry(1), *entry(2, ValidDate=""), *entry(3, ValidDate="")])

    def test_are_left_out_and_named(self, importing, export):
        importing.post(self.FILE)

        made = export(year="2024")

        assert numbers_of(made) == ["HA 1"]
        assert not made.complete
        view = export_view(made)
        assert view["leftOut"] == 2
        assert view["leftOutEntries"][0] == {"journal": "HA", "number": "2", "date": "2024-01-15"}
        assert "HA 3 2024-01-15" in made.description_path.read_text("utf-8")

    def test_are_part_of_a_provisional_file(self, importing, export):
        importing.post(self.FILE)

        made = export(year="2024", drafts=Drafts.INCLUDE)

        assert made.path.name == "079555421FEC20241231-PROVISOIRE.txt"
        assert [row["ValidDate"] for row in rows_of(made)] == ["20240131"] * 2 + [""] * 4
        assert export_view(made)["provisional"]
        assert found_in(made) == {("required-empty", "ValidDate"): 4}

    def test_get_the_day_of_the_act_that_validates_them(self, importing, export, request_of, clock):
        importing.post(self.FILE)
        place = request_of.database, request_of.caller, request_of.code
        validate(*place, ValidationFields(date(2024, 12, 31), None))

        made = export(year="2024")

        assert numbers_of(made) == ["HA 1", "HA 2", "HA 3"]
        today = f"{clock.now():%Y%m%d}"
        assert [row["ValidDate"] for row in rows_of(made)] == ["20240131"] * 2 + [today] * 4

    def test_alone_are_no_file(self, importing, export):
        importing.post(fec(entries(2, ValidDate="")))

        with pytest.raises(ConflictError) as caught:
            export(year="2024")
        assert caught.value.sentence.code == "export-only-drafts"

    def test_dates_that_stand_in_the_lines_are_dates(self, importing, export):
        apart = [
            line(1, "607000", "5,00", EcritureLib="Un", ValidDate="20240531"),
            line(1, "401000", credit="5,00", EcritureLib="Deux", ValidDate="20240531"),
        ]
        importing.post(fec([*apart, *entry(2, ValidDate="20240430")]))

        made = export(year="2024")

        assert numbers_of(made) == ["HA 2", "HA 1"]
        assert made.complete


def test_a_period_holds_its_days_and_nothing_else(importing, export):
    importing.post(fec([*entry(1), *entry(2, EcritureDate="20240301"), *entry(3)]))

    made = export(days=(date(2024, 2, 1), date(2024, 3, 31)))

    assert numbers_of(made) == ["HA 2"]
    assert made.path.name == "079555421FEC20240331.txt"
    with pytest.raises(EcrituresError) as caught:
        export(days=(date(2024, 5, 1), date(2024, 5, 31)))
    assert caught.value.sentence.code == "export-empty"


def test_imports_during_an_export_change_nothing_in_it(importing, export, monkeypatch):
    importing.post(fec(entries(6)))
    read, added = snapshot.read_rows, []

    def read_and_import(*arguments):
        rows = read(*arguments)
        if not added:
            added.append(importing.post(fec(entry(7)), url=OTHER))
        return rows

    monkeypatch.setattr(snapshot, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(snapshot, "read_rows", read_and_import)
    made = export(year="2024")
    monkeypatch.setattr(snapshot, "read_rows", read)

    assert added[0].status == 3
    assert len(numbers_of(made)) == 6
    assert made.snapshot.head.revision == 1
    assert len(numbers_of(export(year="2024"))) == 7


def test_lettering_is_that_in_force(importing, export, books, request_of):
    batch = books.batch_of(importing.post(fec(entries(4, EcritureLet="ZZ"))).id)
    lettering.match(request_of, [f"{batch}:3", f"{batch}:5"], "H1")
    lettering.unmatch(request_of, "ZZ", "607000")

    found = [row["EcritureLet"] for row in rows_of(export(year="2024"))]

    assert found == ["", "H1", "", "H1", "", "ZZ", "", "ZZ"]


def test_rows_in_any_order_are_put_in_order_a_few_at_a_time(importing, export, monkeypatch):
    both = [entry(number, ValidDate=f"2024{1 + number % 12:02d}28") for number in range(1, 61)]
    file = [one[0] for one in both] + [one[1] for one in both]
    importing.post(fec(file), options={"groupBy": "journal-number"})
    whole = numbers_of(export(year="2024"))
    monkeypatch.setattr(snapshot, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(chunks, "ROWS_AT_ONCE", 20)

    parts = export(year="2024")

    assert numbers_of(parts) == whole
    assert len(rows_of(parts)) == 120
    assert [row["EcritureNum"] for row in rows_of(parts)][:2] == ["12", "12"]


class TestNumbers:
    def test_gaps_are_explained(self, importing, export, books):
        importing.post(fec([*entry(1), *entry(3, ValidDate=""), *entry(9)]))
        second = importing.post(fec([*entry(2)]), url=OTHER).id
        importing.post(fec([*entry(5, EcritureDate="20230601")]), url=THIRD)
        books.undo(second)

        made = export(days=(date(2024, 1, 1), date(2024, 12, 31)))

        gaps = {one.shown: {str(c): n for c, n in one.causes.items()} for one in
                made.snapshot.sequence.gaps}  # fmt: skip
        assert gaps == {
            "2..8": {"draft": 1, "other-period": 1, "undone": 1, "absent": 4},
        }
        assert "2..8 : sans date de validation (1)" in made.description_path.read_text("utf-8")
        assert export_view(made)["gapCount"] == 1

    def test_that_were_replaced_are_told_as_such(self, importing, export):
        importing.post(fec(entries(5)))
        kept = [*entries(5)[:4], *entries(5)[6:]]
        importing.post(fec(kept), url=OTHER, options={"replace": {"fiscalYear": "2024"}})

        (gap,) = export(year="2024").snapshot.sequence.gaps

        assert (gap.shown, {str(c): n for c, n in gap.causes.items()}) == ("3", {"replaced": 1})

    def test_continuous_ones_follow_the_file_and_keep_the_original(self, importing, export):
        importing.post(fec([*entry("A9", ValidDate="20240301"), *entry("A7")]))

        made = export(year="2024", numbering=Numbering.CONTINUOUS)

        found = [(row["EcritureNum"], row["NumOrigine"]) for row in rows_of(made)]
        assert found == [("1", "A7")] * 2 + [("2", "A9")] * 2
        assert "NumOrigine" in made.description_path.read_text("utf-8")
        assert made.columns[-1] == "NumOrigine"

    def test_with_letters_before_them_leave_those_of_the_file_common(self, importing, export):
        sales = {"JournalCode": "VE", "JournalLib": "Ventes"}
        others = {"JournalCode": "VX", "JournalLib": "Ventes X"}
        common = [row for n in range(1, 7) for row in entry(n, **(sales if n % 2 else {}))]
        lettered = [row for n in range(1, 4) for row in entry(f"VX00{n}", **others)]
        importing.post(fec([*common, *lettered]))

        assert export(year="2024").snapshot.sequence.gap_count == 0

    def test_of_several_entries_are_told(self, importing, export):
        importing.post(fec(entry(1)))
        options = {"duplicateEntries": "allow", "duplicates": "allow"}
        importing.post(fec(entry(1, "7,00")), url=OTHER, options=options)

        assert found_in(export(year="2024")) == {("number-shared", "EcritureNum"): 1}
        assert found_in(export(year="2024", numbering=Numbering.CONTINUOUS)) == {}


def test_separators_and_characters_that_are_lost_are_told_with_their_line(importing, export):
    file = [*entry(1), *entry(2, EcritureLib="Bar | tabac “Ω”"), *entry(3)]
    importing.post(fec(file, separator="\t"))

    tabs = export(year="2024", separator=Separator.TAB)
    assert rows_of(tabs)[2]["EcritureLib"] == "Bar | tabac “Ω”"
    assert tabs.complete
    made = export(year="2024", separator=Separator.PIPE, encoding="iso-8859-15")

    assert rows_of(made)[2]["EcritureLib"] == 'Bar   tabac "?"'
    assert found_in(made) == {
        ("separator-in-text", "EcritureLib"): 2,
        ("character-lost", "EcritureLib"): 2,
    }
    assert not made.complete
    first, second = made.findings
    assert first.places[0] == (4, "HA 2", "Bar | tabac “Ω”")
    assert [place.line for place in second.places] == [4, 5]
    assert "ligne 4  HA 2" in made.description_path.read_text("utf-8")


class TestColumns:
    COLUMNS = (*fec([]).decode().strip().split("|"), "DateRglt", "ModeRglt", "NatOp", "Chantier")

    def _post(self, importing):
        more = {"DateRglt": "20240120", "ModeRglt": "Virement", "Chantier": "Lyon, « quai »"}
        file = fec([*entry(1, **more), *entry(2, NatOp="X")], columns=list(self.COLUMNS))
        return importing.post(file)

    def test_beyond_the_law_are_told_and_come_back_when_asked(self, importing, export):
        self._post(importing)

        made = export(year="2024")
        assert found_in(made) == {
            ("extra-columns-left", "Chantier"): 2,
            ("extra-columns-left", "DateRglt"): 2,
            ("extra-columns-left", "ModeRglt"): 2,
            ("extra-columns-left", "NatOp"): 2,
        }
        assert made.complete
        more = export(year="2024", extra_columns=True)
        assert set(more.columns[18:]) == {"DateRglt", "ModeRglt", "NatOp", "Chantier"}
        assert [row["Chantier"] for row in rows_of(more)] == ["Lyon, « quai »"] * 2 + [""] * 2

    def test_named_as_that_of_original_numbers_come_back_too(self, importing, export):
        rows = [row | {"NumOrigine": "Z9"} for row in entry(1)]
        importing.post(fec(rows, columns=[*self.COLUMNS[:18], "NumOrigine"]))

        made = export(year="2024", extra_columns=True)
        assert [row["NumOrigine"] for row in rows_of(made)] == ["Z9", "Z9"]
        continuous = export(year="2024", extra_columns=True, numbering=Numbering.CONTINUOUS)
        assert [row["NumOrigine"] for row in rows_of(continuous)] == ["1", "1"]
        assert found_in(continuous) == {("extra-columns-left", "NumOrigine"): 2}

    @pytest.mark.parametrize(("layout", "count"), [(Layout.BA_CASH, 21), (Layout.BNC_CASH, 22)])
    def test_of_the_cash_layouts_have_their_places(self, importing, export, layout, count):
        self._post(importing)

        made = export(year="2024", layout=layout)

        assert len(made.columns) == count
        found = [(row["DateRglt"], row["ModeRglt"], row["NatOp"]) for row in rows_of(made)]
        assert found == [("20240120", "Virement", "")] * 2 + [("", "", "X")] * 2
        assert found_in(made)["extra-columns-left", "Chantier"] == 2
        assert found_in(made)["required-empty", "DateRglt"] == 2


def test_amount_and_side_give_two_lines_for_a_line_with_both(importing, export):
    both = [line(1, "607000", "5,00", "2,00"), line(1, "401000", credit="3,00")]
    importing.post(fec([*both, *entry(2, "-7,10")]))

    made = export(year="2024", layout=Layout.SIGNED)

    found = [(row["Montant"], row["Sens"]) for row in rows_of(made)]
    assert found == [("5,00", "D"), ("2,00", "C"), ("3,00", "C"), ("-7,10", "D"), ("-7,10", "C")]
    assert found_in(made) == {("two-sides", ""): 1}


def test_lines_that_an_import_added_are_told(importing, export):
    file = [line(1, "607000", "5,01"), line(1, "401000", credit="5,00")]
    importing.post(fec(file), options={"unbalanced": "difference"})

    made = export(year="2024")

    assert rows_of(made)[2]["CompteNum"] == "758000"
    assert found_in(made)["line-added", ""] == 1
    (place,) = next(one for one in made.findings if one.code == "line-added").places
    assert (place.line, place.entry) == (4, "HA 1")


def test_the_final_closing_is_compared_with_each_later_export(
    importing, export, request_of, books, database, dossier
):
    closing.add_fiscal_year(request_of, date(2024, 1, 1), date(2024, 12, 31))
    batch = books.batch_of(importing.post(fec([*entry(1), *entry(2, ValidDate="")])).id)
    closing.close_fiscal_year(request_of, "2024", final=True, validate=True)
    export.dossier = find_dossier(database, request_of.caller, dossier.code)

    made = export(year="2024")
    assert made.closing is not None
    assert made.closing.matches
    assert "clôture définitive" in made.description_path.read_text("utf-8")
    lettering.match(request_of, [f"{batch}:2", f"{batch}:4"], "AA")
    assert export(year="2024", numbering=Numbering.CONTINUOUS).closing.matches
    books.update(tables.entries, batch, label="Autre")

    changed = export_view(export(year="2024"))["closing"]
    assert changed is not None
    assert not changed["matches"]
    (event,) = books.rows(tables.events, tables.events.c.kind == "fiscal-year-final")
    assert event.details["fecDigest"] == changed["noted"]


def test_a_firm_never_gets_the_entries_of_another(importing, export, other_dossier):
    importing.post(fec(entries(2)))
    importing.post(fec(entries(5)), url=OTHER, dossier=other_dossier.code)

    assert len(numbers_of(export(year="2024"))) == 2


def test_the_same_entries_come_in_another_dossier(
    importing, export, database, dossier, other_dossier
):
    importing.post(CONFORMING)
    made = export(year="2024", extra_columns=True)
    importing.post(made.path.read_bytes(), url=OTHER, dossier=other_dossier.code)

    assert entries_of(database, other_dossier) == entries_of(database, dossier)


def test_texts_that_look_like_nothing_come_back(importing, export):
    odd = ['Le "null"', "null", 'a "b" \\ c', "\\"]
    rows = [row for number, text in enumerate(odd, 1) for row in entry(number, EcritureLib=text)]
    importing.post(fec(rows))

    found = [row["EcritureLib"] for row in rows_of(export(year="2024"))]

    assert json.dumps(found[::2]) == json.dumps(odd)


def test_a_fec_holds_one_fiscal_year(importing, export):
    importing.post(fec([*entry(1), *entry(2, EcritureDate="20250115")]))
    for days in ({}, {"days": (date(2024, 1, 1), None)}):
        with pytest.raises(ConflictError) as refused:
            export(**days)
        assert refused.value.sentence.code == "export-over-years"
    assert export(form="csv").complete
    assert export(year="2025").entries == 1


def test_a_line_feed_becomes_a_space_in_csv_which_is_told(importing, export):
    importing.post(
        document(entries=[xml_entry(lines=xml_lines(), EcritureLib="Deux\nlignes")]),
        url="https://files.example/fec.xml",
    )
    made = export(form="csv")
    assert found_in(made) == {("separator-in-text", "EcritureLib"): 2}
    assert b"Deux lignes" in made.path.read_bytes()
    assert not made.complete


def test_entries_of_one_number_in_xml_stay_apart_in_the_ledger_and_in_a_fec(
    importing, export, database, dossier
):
    importing.post(
        document([xml_entry(1), xml_entry(1, EcritureLib="Autre"), xml_entry(2)]),
        url="https://files.example/fec.xml",
    )
    made = export(numbering=Numbering.CONTINUOUS)

    assert sum(entries_of(database, dossier).values()) == 3
    assert (made.lines, made.debit_cents, made.credit_cents) == (6, 36000, 36000)
    assert len(numbers_of(made)) == 3
    assert "FEC-ECR-01" not in checked(made)

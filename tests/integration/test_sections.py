"""The splits of lines over analytic sections are part of the ledger, whatever brought them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ecritures.database.tables import codes, line_sections
from ecritures.database.views import views
from ecritures.exports.choices import Drafts
from ecritures.imports.request import Status
from ecritures.ledger.loading.purge import purge
from ecritures.ledger.proof.verify import verify_ledger
from helpers import loop_json
from helpers.exporting import Exporting, entries_of, found_in
from helpers.ledgers import Books
from helpers.tra import JOURNAL, header, line, pair, record, tra

TRA_AT, JSON_AT = "https://files.example/ecritures.tra", "https://files.example/ecritures.json"
SECTIONS = [
    record("SAT", code="NORD", label="Région nord", axis="A1"),
    record("SAT", code="SUD", label="Région sud", axis="A1"),
    record("SAT", code="BIO", label="Bio", axis="A2"),
]
PARTS = (("A1", "NORD", "80,00"), ("A1", "SUD", "40,00"), ("A2", "BIO", "120,00"))
POSTED = [("A1", "NORD@A1", -8000), ("A1", "SUD@A1", -4000), ("A2", "BIO@A2", -12000)]


@pytest.fixture
def books(database, dossier):
    """The firm's database, with its books."""
    return Books(database.for_domain(dossier.domain_id), dossier)


def split(parts=PARTS, number="1"):
    """An entry whose sale is split."""
    analytic = {"TYPECPTE": "A", "NUMEROPIECE": number}
    return [
        *pair(NUMEROPIECE=number),
        *(
            line("707000", "C", amount, AXE=axis, AUXILIAIRE=section, **analytic)
            for axis, section, amount in parts
        ),
    ]


def post_tra(importing, lines=None, **request):
    content = tra(split() if lines is None else lines, records=[JOURNAL, *SECTIONS])
    state = importing.post(content, kind="tra", url=TRA_AT, **request)
    assert state.status is Status.DONE, state.message
    return state


def post_json(importing, first, **request):
    content = loop_json.body(loop_json.pair(first))
    return importing.post(content, kind="json", url=JSON_AT, **request)


def rows_of(books, batch=None):
    """Axis, section and cents of the splits of a batch, or of all, in the order of the lines."""
    table = line_sections.c
    query = (
        sa.select(table.axis, codes.c.code, table.amount_cents)
        .join(codes, sa.and_(codes.c.id == table.section_id, codes.c.kind == "section"))
        .order_by(table.batch_id, table.line, table.rank)
    )
    query = query if batch is None else query.where(table.batch_id == batch)
    with books.database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def is_intact(books):
    dossier = books.dossier
    verdict = verify_ledger(books.database, dossier.domain_id, dossier.id, full=True)
    return verdict.first_break is None


def test_the_analytic_lines_of_a_tra_are_kept_beside_the_lines_they_split(importing, books):
    state = post_tra(importing)
    assert state.report["anomalyCounts"] == {}
    assert rows_of(books) == POSTED
    with books.database.read() as connection:
        named = sa.select(codes.c.code, codes.c.label).where(codes.c.kind == "section")
        assert ("NORD@A1", "Région nord") in connection.execute(named).all()
    assert is_intact(books)


def test_percentages_are_shared_out_to_the_cent(importing, books):
    thirds = [{"section": one, "pourcentage": share} for one, share in
              (("S1", 33.33), ("S2", 33.33), ("S3", 33.34))]  # fmt: skip
    state = post_json(importing, {"axeAna": {"AXE1": thirds}, "debit": {"amount": 120}})
    assert state.status is Status.DONE, state.message
    assert rows_of(books) == [
        ("AXE1", "S1@AXE1", 4000), ("AXE1", "S2@AXE1", 3999), ("AXE1", "S3@AXE1", 4001)
    ]  # fmt: skip
    with books.database.read() as connection:
        given = connection.execute(sa.select(line_sections.c.percentage)).scalars().all()
    assert given == ["33.33", "33.33", "33.34"]
    assert is_intact(books)


def test_a_split_that_does_not_add_up_is_refused(importing, books):
    wrong = [{"section": "S1", "pourcentage": 60}, {"section": "S2", "pourcentage": 30}]
    state = post_json(importing, {"axeAna": {"AXE1": wrong}})
    assert state.status is Status.ENDED_WITH_ERROR
    assert state.report["anomalyCounts"] == {"JSON-ANA-02": 1}
    assert rows_of(books) == []


def test_an_entry_whose_splits_changed_is_changed_by_a_replacement(importing, books):
    post_tra(importing, [*split(), *pair(NUMEROPIECE="2")])
    same = post_tra(
        importing, [*split(), *pair(NUMEROPIECE="2")], options={"replace": {"fiscalYear": "2024"}}
    )
    assert same.plan["impact"]["entries"]["unchanged"] == 2
    moved = (("A1", "NORD", "60,00"), ("A1", "SUD", "60,00"), ("A2", "BIO", "120,00"))
    changed = post_tra(
        importing,
        [*split(moved), *pair(NUMEROPIECE="2")],
        options={"replace": {"fiscalYear": "2024"}},
    )
    assert changed.plan["impact"]["entries"] == {
        "added": 0, "removed": 0, "changed": 1, "unchanged": 1, "skipped": 0
    }  # fmt: skip
    assert rows_of(books, books.batch_of(changed.id))[:2] == [
        ("A1", "NORD@A1", -6000), ("A1", "SUD@A1", -6000)
    ]  # fmt: skip
    books.undo(changed.id)
    books.restore(changed.id, force=True)
    assert is_intact(books)


def test_a_reversal_has_the_opposite_splits(importing, books):
    made = pair(form="ETE", VALIDDATE="31012024")
    made += [
        line("707000", "C", amount, TYPECPTE="A", AXE=axis, AUXILIAIRE=section, form="ETE")
        for axis, section, amount in PARTS
    ]
    content = tra(made, head=header("DOS", "ETE"), records=[JOURNAL, *SECTIONS])
    options = {"fileValidation": "binding"}
    state = importing.post(content, kind="tra", url=TRA_AT, options=options)
    books.undo(state.id, definitive="reverse")
    assert rows_of(books)[3:] == [(axis, code, -cents) for axis, code, cents in POSTED]
    assert is_intact(books)


def test_a_purge_deletes_them(importing, database, books):
    state = post_tra(importing)
    books.undo(state.id)
    assert rows_of(books) == POSTED
    purge(database, database.clock.now())
    assert rows_of(books) == []
    assert is_intact(books)


@pytest.mark.parametrize("block_bytes", [300, 1000, 4096])
def test_where_blocks_end_makes_no_difference(importing, books, block_bytes):
    many = [one for number in range(1, 40) for one in split(number=str(number))]
    importing.configure(block_bytes=block_bytes)
    post_tra(importing, many)
    assert rows_of(books) == POSTED * 39
    assert is_intact(books)


def test_a_general_line_of_a_section_is_its_own_split(importing, books):
    whole = {"TYPECPTE": "H", "AUXILIAIRE": "NORD", "AXE": "A1"}
    post_tra(importing, pair(None, whole))
    assert rows_of(books) == [("A1", "NORD@A1", -12000)]


def test_the_extended_form_is_read_alike(importing, books):
    sale = {"TYPECPTE": "A", "AXE": "A1", "AUXILIAIRE": "NORD", "form": "ETE"}
    content = tra(
        [*pair(form="ETE"), line("707000", "C", "120,00", **sale)],
        head=header("DOS", "ETE"),
        records=[JOURNAL, *SECTIONS],
    )
    assert importing.post(content, kind="tra", url=TRA_AT).status is Status.DONE
    assert rows_of(books) == [("A1", "NORD@A1", -12000)]


def test_a_tra_gives_them_back(importing, books, tmp_path):
    post_tra(importing)
    exporting = Exporting(books.database, books.dossier, tmp_path / "out")
    exported = exporting("tra")
    assert exported.complete, found_in(exported)
    assert b"SATNORD             R\xe9gion nord" in exported.path.read_bytes()
    held = entries_of(books.database, books.dossier)
    books.undo(importing.state.id)
    again = importing.post(exported.path.read_bytes(), kind="tra", url=TRA_AT)
    assert again.status is Status.DONE, again.message
    assert entries_of(books.database, books.dossier) == held


def test_axes_of_long_names_become_those_of_the_format(importing, books, tmp_path):
    half = [{"section": "S1", "pourcentage": 50}, {"section": "S2", "pourcentage": 50}]
    assert post_json(importing, {"axeAna": {"PROJET": half}}).status is Status.DONE
    exporting = Exporting(books.database, books.dossier, tmp_path / "out")
    exported = exporting("tra")
    assert found_in(exported) == {("read-differently", "Ventilations"): 1}
    assert not exported.complete
    content = exported.path.read_bytes()
    books.undo(importing.state.id)
    assert importing.post(content, kind="tra", url=TRA_AT).status is Status.DONE


def test_a_fec_says_how_many_lines_are_split(importing, books, tmp_path):
    post_tra(importing)
    exporting = Exporting(books.database, books.dossier, tmp_path / "out")
    exported = exporting(drafts=Drafts.INCLUDE)
    assert found_in(exported)["splits-left", ""] == 1


def test_a_view_shows_them_to_who_reads_the_database(importing, books):
    state = post_tra(importing)
    view = views.tables["ledger_line_sections"].c
    query = sa.select(view.dossier, view.account, view.axis, view.section, view.section_label,
                      view.amount_cents)  # fmt: skip
    with books.database.read() as connection:
        shown = sorted(tuple(row) for row in connection.execute(query))
    assert shown[1:] == [
        ("CEGID003", "707000", "A1", "SUD", "Région sud", -4000),
        ("CEGID003", "707000", "A2", "BIO", "Bio", -12000),
    ]
    books.undo(state.id)
    with books.database.read() as connection:
        assert connection.execute(query).all() == []

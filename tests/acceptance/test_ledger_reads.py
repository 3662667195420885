"""A ledger is read over HTTP and by command: pages, filters, files."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import polars as pl
import pytest
from python_calamine import load_workbook

from ecritures.ledger.loading.purge import purge
from helpers.fec import entry, fec, line
from helpers.ledgers import Books
from helpers.v1_calls import call, problem_of

DOSSIER = "/v1/dossiers/CEGID003"
CLIENT = {"CompAuxNum": "C1", "CompAuxLib": "Client C1", "JournalCode": "VE"}
FILE = fec(
    [
        line(1, "411000", "100,00", EcritureLib="=HYPERLINK(1)", **CLIENT),
        line(1, "706000", credit="100,00", JournalCode="VE", EcritureLib="Loyer d'été"),
        *entry(2, "1234,56"),
        *entry(3),
    ]
)


@pytest.fixture
def importing(importing):
    importing.post(FILE)
    return importing


@pytest.fixture
def read(service, key, importing):  # noqa: ARG001 - the ledger has entries
    return lambda path, **params: call(service, key, "GET", f"{DOSSIER}{path}", params=params)


def test_entries_are_found_by_journal_and_number_and_read_one_by_one(read):
    page = read("/entries", journal="VE", number="1").json()
    (one,) = page["items"]
    assert (page["ledgerRevision"], len(one["lines"]), one["debitCents"]) == (1, 2, 10000)
    shown = read(f"/entries/{one['id']}").json()
    assert shown == {**one, "dossier": "CEGID003", "ledgerRevision": 1}
    assert problem_of(read("/entries/1-1"))["code"] == "entry-unknown"
    assert problem_of(read("/entries/abc"))["code"] == "entry-name"


def test_the_general_ledger_has_running_balances(read):
    (account,) = read("/ledger", account="401*").json()["accounts"]
    assert [one["balanceCents"] for one in account["lines"]] == [-123456, -135456]
    assert (account["openingCents"], account["closingCents"]) == (0, -135456)
    assert read("/ledger", account="401*", at="2025-01-01").json()["accounts"][0]["lines"] == []


def test_a_search_knows_words_documents_amounts_accounts_and_days(read):
    for text, count in (
        *(("ETE loyer", 1), ("f2", 2), ("1 234,56 €", 2), ("introuvable", 0)),
        *(("411000", 1), ("15/01/2024", 6), ("2024-01-15", 6), ("31/02/2024", 0)),
    ):
        assert len(read("/search", q=text).json()["items"]) == count, text
    assert read("/search", q="15/01/2024", to="2024-01-14").json()["items"] == []
    assert problem_of(read("/search", q="  "))["code"] == "search-empty"


def test_journals_accounts_and_third_parties_have_totals(read):
    assert [(one["code"], one["entries"]) for one in read("/journals").json()["items"]] == [
        ("HA", 2),
        ("VE", 1),
    ]
    codes = [one["code"] for one in read("/accounts", account=["4", "706000"]).json()["items"]]
    assert codes == ["401000", "411000", "706000"]
    assert [one["code"] for one in read("/third-parties").json()["items"]] == ["C1"]


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"from": "31/12/2024"}, "filter-date", "from"),
        ({"from": "2024-12-31", "to": "2024-01-01"}, "filter-days", "to"),
        ({"year": "24"}, "filter-year", "year"),
        ({"fiscal-year": "2024"}, "fiscal-year-unknown", "fiscal-year"),
        ({"account": "419-411"}, "filter-account", "account"),
        ({"amount": "beaucoup"}, "filter-amount", "amount"),
        ({"amount": "200..100"}, "filter-amount-range", "amount"),
        ({"lettering": "oui"}, "filter-lettering", "lettering"),
        ({"revision": "-1"}, "filter-revision", "revision"),
    ],
)
def test_a_condition_that_cannot_be_understood_is_named(read, params, code, field):
    problem = problem_of(read("/lines", **params))
    assert (problem["status"], problem["code"]) == (422, code)
    assert [one["field"] for one in problem["errors"]] == [f"query.{field}"]


def test_unknown_codes_give_nothing(read):
    for params in ({"account": "999"}, {"journal": "XX"}, {"third-party": "Z"}, {"import": "x"}):
        assert read("/lines", **params).json()["items"] == []


def test_pages_are_of_one_revision_and_of_one_filter(read, importing):
    first = read("/lines", limit=2).json()
    importing.post(fec(entry(4)), url="https://files.example/2.txt")
    second = read("/lines", limit=10, cursor=first["nextCursor"]).json()
    assert (second["ledgerRevision"], second["nextCursor"]) == (1, None)
    assert len(first["items"]) + len(second["items"]) == 6
    assert len(read("/lines").json()["items"]) == 8
    for path, params in (("/lines", {"journal": "VE"}), ("/entries", {})):
        refused = problem_of(read(path, cursor=first["nextCursor"], **params))
        assert refused["code"] == "cursor-other-filter"
    assert problem_of(read("/lines", revision=9))["code"] == "revision-unknown"


def test_a_revision_whose_lines_are_no_longer_kept_is_gone(read, importing, database, dossier):
    first = read("/lines", limit=2).json()
    Books(database, dossier).undo(importing.state.id)
    assert purge(database, database.clock.now() + timedelta(days=1)) == 1
    gone = problem_of(read("/lines", cursor=first["nextCursor"]))
    assert (gone["status"], gone["code"]) == (410, "revision-purged")
    assert read("/lines").json()["items"] == []


def test_a_csv_file_has_decimal_commas_and_no_formula(read):
    answer = read("/lines", **{"as": "csv"})
    assert "CEGID003-lignes.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Débit"] for row in rows if row["Numéro"] == "2"] == ["1234,56", "0,00"]
    assert rows[0]["Libellé"] == "'=HYPERLINK(1)"


def test_a_workbook_has_numbers_days_and_texts(read):
    answer = read("/ledger", account="411000", **{"as": "xlsx"})
    (sheet,) = [load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)]
    head, opening, row = sheet.to_python()
    assert opening[head.index("Libellé")] == "Solde d'ouverture"
    cells = dict(zip(head, row, strict=True))
    assert (cells["Débit"], cells["Solde"], cells["Libellé"]) == (100.0, 100.0, "=HYPERLINK(1)")
    assert cells["Date"].isoformat() == "2024-01-15"


def test_a_parquet_file_has_types(read):
    frame = pl.read_parquet(io.BytesIO(read("/entries", **{"as": "parquet"}).content))
    assert (frame.height, frame.schema["debit"], frame.schema["date"]) == (
        6,
        pl.Decimal(20, 2),
        pl.Date,
    )
    assert str(frame["debit"].sum()) == "1454.56"


def test_a_json_file_has_all_lines(read):
    rows = read("/search", q="facture", **{"as": "json"}).json()
    assert [row["debitCents"] for row in rows] == [123456, 0, 12000, 0]


def test_another_firm_reads_nothing(service, other_key, importing):  # noqa: ARG001 - has entries
    for path in ("/lines", "/entries", "/ledger", "/journals", "/search?q=loyer"):
        answer = call(service, other_key, "GET", f"{DOSSIER}{path}")
        assert answer.status_code == 404


@pytest.fixture
def books(firm, tmp_path):
    (tmp_path / "f.txt").write_bytes(FILE)
    assert firm("import", "f.txt", "--dossier", "CEGID003").returncode in {0, 1}
    return lambda *arguments: firm(*arguments, "--dossier", "CEGID003")


def test_commands_read_the_same(books, tmp_path):
    for name in ("entries", "lines", "journal", "account", "third-party"):
        shown = json.loads(books(name, "--journal", "VE", "--json").stdout)
        assert shown["items"], name
    shown = json.loads(books("ledger", "--account", "401*", "--json").stdout)
    assert shown["accounts"][0]["closingCents"] == -135456
    assert "Loyer d'été" in books("search", "loyer ete").stdout
    assert "Solde d'ouverture" in books("ledger", "--account", "4").stdout
    done = books("lines", "-o", "lignes.csv", "--json")
    assert json.loads(done.stdout)["file"] == "lignes.csv"
    assert "1234,56" in (tmp_path / "lignes.csv").read_text("utf-8-sig")


def test_commands_refuse_what_they_cannot_do(books):
    for arguments, sentence in (
        (("lines", "--amount", "beaucoup"), "montant"),
        (("lines", "-o", "lignes.doc"), "csv, xlsx, parquet"),
        (("lines", "--as", "csv"), "-o"),
        (("lines", "-o", "absent/lignes.csv"), "ne peut pas être écrit"),
    ):
        done = books(*arguments)
        assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("path", ["/lines", "/ledger", "/journals", "/lettering"])
def test_a_cursor_beside_the_form_of_a_file_is_refused(read, path):
    answer = read(path, cursor="abc", **{"as": "csv"})
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "cursor-of-file")

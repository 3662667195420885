"""Balances over HTTP and by command: pages, files, and what cannot be asked."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from ecritures.config.settings import Settings
from helpers.fec import entry, fec, line
from helpers.importing import Importing
from helpers.v1_calls import call, problem_of

DOSSIER = "/v1/dossiers/CEGID003"
CLIENT = {"CompAuxNum": "C1", "CompAuxLib": "Client C1", "JournalCode": "VE"}
FILE = fec(
    [
        line(1, "411000", "100,00", PieceDate="20231101", **CLIENT),
        line(1, "706000", credit="100,00", JournalCode="VE", PieceDate="20231101"),
        *entry(2, "1234,56"),
    ]
)
BY = ["account", "class", "third-party", "establishment", "journal", "month"]


@pytest.fixture
def read(service, key, tmp_path, database, dossier, caller):
    importing = Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller)
    importing.post(FILE)
    return lambda path, **params: call(service, key, "GET", f"{DOSSIER}{path}", params=params)


@pytest.mark.parametrize("by", BY)
def test_a_balance_is_shown_by_everything(read, by):
    view = read("/balance", by=by).json()
    rows = view["accounts"] if by == "account" else view["rows"]
    name = {"third-party": "thirdParty", "establishment": "siret"}.get(by, by)
    assert rows
    assert all(row[name] for row in rows)
    if by != "third-party":
        assert sum(row["movementDebitCents"] for row in rows) == 133456
    table = csv.DictReader(
        io.StringIO(read("/balance", by=by, **{"as": "csv"}).text), delimiter=";"
    )
    assert len(list(table)) == len(rows)


def test_a_balance_downloads_as_a_workbook_and_as_parquet(read):
    assert read("/balance", **{"as": "xlsx"}).content.startswith(b"PK")
    frame = pl.read_parquet(
        io.BytesIO(read("/balance", compare="2023", **{"as": "parquet"}).content)
    )
    assert frame["account"].to_list() == ["401000", "411000", "607000", "706000"]
    assert read("/aged", **{"as": "csv"}).text.splitlines()[1].startswith("401000;")
    assert "706" not in read("/statements", **{"as": "csv"}).text


def test_what_cannot_be_asked_is_told(read):
    assert read("/balance", by="rien").status_code == 422
    assert problem_of(read("/balance", compare="hier"))["code"] == "filter-year"
    told = problem_of(read("/balance", by="month", compare="2023"))
    assert told["code"] == "compare-by-month"
    assert problem_of(read("/balance", revision="99"))["code"] == "revision-unknown"
    assert problem_of(read("/aged", to="31/12/2024"))["code"] == "filter-date"


def test_the_statements_and_the_aged_balance(read):
    assert read("/statements").json()["incomeStatement"]["resultCents"] == 10000 - 123456
    (supplier, client) = read("/aged", to="2024-01-31").json()["rows"]
    assert (supplier["openCents"], supplier["thirdParty"]) == (-123456, "")
    assert (client["agesCents"], client["thirdParty"]) == ([0, 0, 0, 10000], "C1")


def test_the_commands(firm, tmp_path):
    (tmp_path / SAMPLE_NAME).write_bytes(sample_bytes())
    firm("import", SAMPLE_NAME, "--dossier", "CEGID003")
    for by in BY:
        done = firm("balance", "--dossier", "CEGID003", "--year", "2024", "--by", by, "--json")
        assert (done.returncode, json.loads(done.stdout)["by"]) == (0, by)
        shown = firm("balance", "--dossier", "CEGID003", "--by", by, "--compare", "2023")
        assert shown.returncode == (1 if by == "month" else 0) or by == "month"
    assert firm("balance", "--dossier", "CEGID003", "--by", "rien").returncode == 2
    statements = json.loads(firm("statements", "--dossier", "CEGID003", "--json").stdout)
    sheet = statements["balanceSheet"]
    assert sheet["assetsCents"] == sheet["liabilitiesCents"]
    assert "Indicatif" in firm("statements", "--dossier", "CEGID003").stdout
    assert (
        "Ouvert au 2024-12-31" in firm("aged", "--dossier", "CEGID003", "--to", "2024-12-31").stdout
    )
    written = firm("balance", "--dossier", "CEGID003", "-o", "balance.xlsx")
    assert (written.returncode, (tmp_path / "balance.xlsx").read_bytes()[:2]) == (0, b"PK")

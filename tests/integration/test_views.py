"""The views for people who read the database say what the readers of the program say."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import polars as pl
import psycopg
import pytest
import sqlalchemy as sa

from ecritures.app.actions import lettering
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.database import Database, tables
from ecritures.database.views import views
from ecritures.imports.request import Status
from ecritures.ledger.lettering.lettered import read_lines
from ecritures.ledger.moves import Ledger
from ecritures.ledger.planning.existing import read_existing
from ecritures.ledger.read.lettering import find_groups
from ecritures.ledger.read.listed import lines_in_ledger
from helpers.balances import read_balance
from helpers.fec import entry, fec, line
from helpers.firms import make_firm
from helpers.paths import ROOT
from helpers.postgresql import ADMINISTRATOR

ELSEWHERE = "https://files.example/other/079555421FEC20241231.txt"


def see(database, name, *columns):
    """The rows of a view, as types of Python, sorted."""
    view = views.tables[name]
    query = sa.select(*(view.c[column] for column in columns or view.c.keys()))
    with database.read() as connection:
        return sorted(map(tuple, connection.execute(query)), key=repr)


def invoice(number, debit, credit="0,00", code="", **more):
    dated = {"DateLet": "20240630"} if code else {}
    return [
        line(number, "411000", debit, credit, CompAuxNum="C1", CompAuxLib="Client 1",
             EcritureLet=code, **dated, **more),
        line(number, "706000", credit, debit, CompAuxNum="", **more),
    ]  # fmt: skip


@pytest.fixture
def own(database, caller):
    return database.for_domain(caller.domain_id)


@pytest.fixture
def ledger(own, dossier):
    """Read the ledger as the program does."""

    def read(reader):
        with own.read() as connection:
            return reader(Ledger(own, connection, dossier, 0))

    return read


def _listed(ledger, names):
    rows = lines_in_ledger(ledger.connection, ledger.dossier).subquery()
    return sa.select(*(rows.c[name] for name in names))


def check(own, dossier, ledger):
    """Compare all four views with the readers; return the number of lines."""
    entries = ledger(lambda one: read_existing(one, None, None))
    found = see(own, "ledger_entries", "batch_id", "entry", "entry_date")
    assert found == sorted(entries.select("batch_id", "entry", "entry_date").rows(), key=repr)

    lines = ledger(read_lines)
    held = pl.col("matching_id").is_not_null() & pl.col("lettering").is_not_null()
    lines = lines.with_columns(pl.when(held).then("matching_id"))
    names = (
        *("batch_id", "line", "entry", "debit_cents", "credit_cents", "lettering"),
        "matching_id",
    )
    assert see(own, "ledger_lines", *names) == sorted(lines.select(names).rows(), key=repr)

    names = ("line_id", "entry_id", "entry_date", "journal", "number", "account", "account_label")
    names += ("third_party", "label", "piece_ref", "piece_date", "lettering", "lettering_date")
    listed = ledger(lambda one: one.connection.execute(_listed(one, names)).all())
    assert sorted(map(tuple, listed), key=repr) == see(own, "ledger_lines", *names)

    sums = {}
    for account, debit, credit in see(
        own, "ledger_balance_by_month", "account", "debit_cents", "credit_cents"
    ):
        before = sums.get(account, (0, 0))
        sums[account] = before[0] + debit, before[1] + credit
    balance = read_balance(own, dossier)
    assert sums == {one.account: (one.debit_cents, one.credit_cents) for one in balance.accounts}

    groups, _ = ledger(find_groups)
    expected = [
        (one.account, one.third_party or None, one.code, one.matching_id,
         one.year, len(one.lines), one.debit_cents, one.credit_cents, one.rest_cents)
        for one in groups
    ]  # fmt: skip
    names = ("account", "third_party", "code", "matching_id", "fiscal_year", "line_count")
    names += ("debit_cents", "credit_cents", "rest_cents")
    assert see(own, "ledger_matchings", *names) == sorted(expected, key=repr)
    return lines.height


def test_the_columns_are_those_described(database):
    with database.read() as connection:
        inspector = sa.inspect(connection)
        assert set(inspector.get_view_names()) == set(views.tables)
        for name, view in views.tables.items():
            found = {one["name"]: one["type"] for one in inspector.get_columns(name)}
            assert list(found) == view.c.keys()
            if database.is_shared:
                for column in view.c:
                    kind = found[column.name].as_generic()
                    said = sa.String() if isinstance(kind, sa.Text) else kind
                    assert type(said) is type(column.type), (name, column.name)


def test_the_values_have_the_types_described(importing, own):
    importing.post(fec(invoice(1, "100,00", code="A") + invoice(2, "0,00", "100,00", code="A")))
    for name, view in views.tables.items():
        for row in see(own, name):
            for value, column in zip(row, view.c, strict=True):
                assert value is None or type(value) is column.type.python_type, column


def test_a_line_is_told_whole(importing, own, books):
    texts = {"PieceRef": "F1", "EcritureLib": "Facture", "ValidDate": "", "PieceDate": "20240301"}
    other = texts | {"EcritureLib": "Autre", "CompteLib": "Ventes diverses"}
    posted = importing.post(
        fec(
            [
                line(7, "411000", "120,00", CompAuxNum="C1", CompAuxLib="Client 1",
                     Montantdevise="130,5", Idevise="USD", **texts),
                line(7, "707000", "0,00", "120,00", **other),
            ]
        )
    )  # fmt: skip
    batch = books.batch_of(posted.id)
    names = [one.name for one in views.tables["ledger_lines"].c if one.name != "domain_id"]
    first, second = (dict(zip(names, row, strict=True)) for row in see(own, "ledger_lines", *names))
    assert first == {
        "domain": "CABINET1", "dossier_id": books.dossier.id, "dossier": "CEGID003",
        "line_id": f"{batch}:2", "entry_id": f"{batch}:1", "batch_id": batch, "line": 2, "entry": 1,
        "journal": "HA", "journal_label": "Achats", "number": "7",
        "entry_date": date(2024, 1, 15), "account": "411000", "account_label": "Compte 411000",
        "third_party": "C1", "third_party_label": "Client 1", "debit_cents": 12000,
        "credit_cents": 0, "lettering": None, "lettering_date": None, "matching_id": None,
        "currency": "USD", "currency_amount": 1305, "currency_scale": 1, "piece_ref": "F1",
        "piece_date": date(2024, 3, 1), "label": "Facture", "validation_date": None, "siret": None,
        "extra": None, "is_added": False,
    }  # fmt: skip
    assert (second["label"], second["account_label"]) == ("Autre", "Ventes diverses")
    assert (second["third_party"], second["currency"]) == (None, None)
    (head,) = see(own, "ledger_entries", "entry_id", "journal", "number", "piece_ref", "label")
    assert head == (f"{batch}:1", "HA", "7", None, None)  # its lines differ in their label
    assert set(see(own, "ledger_balance_by_month", "month")) == {(date(2024, 1, 1),)}


def test_groups_are_those_of_each_fiscal_year(own, dossier, ledger, importing):
    both, early = {"DateLet": "20240301"}, {"DateLet": "20230301"}
    importing.post(
        fec([row | early for row in invoice(1, "40,00", code="AA", EcritureDate="20230115")]
            + invoice(2, "0,00", "40,00", code="AA", EcritureDate="20240115")
            + [row | both for row in invoice(3, "9,00", code="BB", EcritureDate="20230115")]
            + [row | both for row in invoice(4, "0,00", "9,00", code="BB")])
    )  # fmt: skip
    assert check(own, dossier, ledger) == 8
    years = see(own, "ledger_matchings", "code", "fiscal_year", "rest_cents")
    assert ("BB", None, 0) in years
    assert {rest for code, year, rest in years if code == "AA" and year} >= {4000, -4000}


def test_a_group_over_two_years_is_kept_when_its_code_is_used_again(
    own, dossier, ledger, importing
):
    early, late = {"DateLet": "20230301"}, {"DateLet": "20250301"}
    importing.post(
        fec([row | early for row in invoice(1, "9,00", code="A", EcritureDate="20221215")]
            + [row | early for row in invoice(2, "0,00", "9,00", code="A", EcritureDate="20230115")]
            + [row | late for row in invoice(3, "5,00", code="A", EcritureDate="20241215")]
            + [row | late for row in invoice(4, "0,00", "5,00", code="A", EcritureDate="20250115")]
            + invoice(5, "3,00", code="A", EcritureDate="20240115")
            + invoice(6, "0,00", "3,00", code="A", EcritureDate="20240116"))
    )  # fmt: skip
    assert check(own, dossier, ledger) == 12
    names = ("fiscal_year", "line_count", "debit_cents", "rest_cents")
    groups = [row for row in see(own, "ledger_matchings", "account", *names) if row[0] == "411000"]
    assert groups == [
        ("411000", None, 2, 500, 0),
        ("411000", None, 2, 900, 0),
        ("411000", date(2024, 1, 1), 2, 300, 0),
    ]


def test_the_views_follow_undo_replacement_reversal_and_lettering(
    own, dossier, ledger, importing, books, caller
):
    assert check(own, dossier, ledger) == 0
    first = importing.post(
        fec(invoice(1, "100,00", code="AA") + invoice(2, "0,00", "100,00", code="AA")
            + invoice(3, "50,00") + invoice(4, "0,00", "50,00"))
    )  # fmt: skip
    assert check(own, dossier, ledger) == 8

    batch = books.batch_of(first.id)
    request = DossierRequest(own, caller, dossier.code)
    lettering.match(request, [f"{batch}:6", f"{batch}:8"])
    lettering.unmatch(request, "AA")
    assert check(own, dossier, ledger) == 8
    lettering.match(request, [f"{batch}:2", f"{batch}:4"])
    assert check(own, dossier, ledger) == 8

    books.undo(first.id)
    assert check(own, dossier, ledger) == 0
    books.restore(first.id)
    assert check(own, dossier, ledger) == 8

    kept = invoice(3, "50,00") + invoice(4, "0,00", "51,00") + invoice(5, "9,00")
    replaced = importing.post(
        fec(kept), url=ELSEWHERE, options={"mode": "replace", "replace": {"fiscalYear": "2024"}}
    )
    assert replaced.status is Status.DONE, replaced.message
    assert books.rows(tables.batch_links)
    assert check(own, dossier, ledger) == 6

    third = importing.post(fec(invoice(7, "3,00", EcritureDate="20240801")), url=f"{ELSEWHERE}?3")
    validate(own, caller, dossier.code, ValidationFields(date(2024, 12, 31)))
    assert books.undo(third.id, definitive="reverse")["reversalEntries"] == 1
    assert check(own, dossier, ledger) == 10


def test_dossiers_and_firms_are_told_apart(own, importing, other_dossier):
    importing.post(fec(entry(1)))
    importing.post(fec(entry(1, "7,00")), dossier=other_dossier.code, url=ELSEWHERE)
    found = see(own, "ledger_balance_by_month", "dossier", "account", "debit_cents")
    assert found == [
        *(("CEGID003", "401000", 0), ("CEGID003", "607000", 12000)),
        *(("CEGID004", "401000", 0), ("CEGID004", "607000", 700)),
    ]


@pytest.fixture(scope="module")
def firms(postgresql, tmp_path_factory):
    """Two firms on a server, and what makes a role for one of them."""
    name = postgresql.create_database(postgresql.template)
    database = Database(postgresql.url(name))
    made = [make_firm(tmp_path_factory.mktemp("views"), database, code) for code in ("A", "B")]
    for one in made:
        with one.database.write() as connection:
            connection.execute(tables.lines.update().values(lettering="A"))
    yield postgresql, name, made
    database.close()


def make_role(server, name, role, domain):
    script = Path(ROOT / "deploy" / "read-only-role.sql")
    return subprocess.run(
        ["psql", "-qX", server.url(name, ADMINISTRATOR), "-v", f"role={role}",
         "-v", "password=it's secret", "-v", f"domain={domain}", "-f", str(script)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_role_of_one_firm_reads_it_through_the_views_whatever_it_sets(firms):
    server, name, (a, b) = firms
    done = make_role(server, name, "reader of A", "A")
    assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(server.url(name, "reader%20of%20A"), autocommit=True) as connection:

        def firms_in(table, column="domain_id"):
            query = f"SELECT {column} FROM {table}"  # noqa: S608 - names of ours
            return {row[0] for row in connection.execute(query)}

        for view in views.tables:
            assert firms_in(view) == {a.domain.id}, view
        for said in (str(b.domain.id), "*", ""):
            connection.execute("SELECT set_config('ecritures.domain', %s, false)", [said])
            for name_ in (*views.tables, "lines", "entries", "codes", "totals", "batch_spans"):
                assert firms_in(name_) <= {a.domain.id}, (said, name_)
            assert firms_in("domains", "id") <= {a.domain.id}
        connection.execute("SET default_transaction_read_only = off")
        for refused in (
            "SELECT * FROM api_keys", "SELECT * FROM imports", "SELECT settings FROM domains",
            "DELETE FROM lines", "UPDATE codes SET label = ''",
            "SET ROLE ecritures_owner", "SET ROLE ecritures", "CREATE TABLE mine (x int)",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)


def test_a_role_for_an_unknown_firm_is_not_made(firms):
    server, name, _ = firms
    assert make_role(server, name, "nobody", "NONE").returncode != 0
    with psycopg.connect(server.url(name, ADMINISTRATOR)) as connection:
        query = "SELECT count(*) FROM pg_roles WHERE rolname = 'nobody'"
        assert connection.execute(query).fetchone() == (0,)


def test_a_role_is_taken_away_with_its_policies(firms):
    server, name, _ = firms
    assert make_role(server, name, "passing", "B").returncode == 0
    with psycopg.connect(server.url(name, ADMINISTRATOR), autocommit=True) as connection:
        connection.execute("DROP OWNED BY passing")
        connection.execute("DROP ROLE passing")
        query = "SELECT count(*) FROM pg_policy WHERE polname = 'passing'"
        assert connection.execute(query).fetchone() == (0,)

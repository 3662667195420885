"""Whatever is changed in the ledger behind its back, `verify` names it."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import sqlalchemy as sa

from ecritures.app.actions import closing
from ecritures.app.actions import validate as validation
from ecritures.app.actions.dossiers import DossierFields, create_dossier
from ecritures.config.settings import Settings
from ecritures.core.errors import ConflictError
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import FiscalYear, get_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.request import Status
from ecritures.ledger.proof.verify import verify_ledger
from helpers.fec import entry, fec
from helpers.importing import Importing
from helpers.ledgers import Books
from helpers.tampering import LEDGER, of_key, other, rows_of, tampered
from helpers.tra import document, pair, tra

SIREN = "079555421"
ELSEWHERE = "https://files.example/{}/079555421FEC20241231.txt"
NOT_COVERED = {
    ("batches", "leased_until"),  # of a load that has ended
    ("batches", "dossier_id"),  # a key of another dossier: moved, below
    ("attachments", "stored_key"),  # a download compares the SHA-256
    ("entries", "words"),  # what a search looks at first
}
"""Columns that say nothing of the books."""
STATES = {"batches": "purged", "fiscal_years": "closed"}
DOSSIER_COLUMNS = ("ledger_revision", "locked_through", "closed_through")

NAMES = {
    "batches": {"event-changed", "batch-missing", "batch-unknown", "batch-state"},
    "events": {"event-changed", "event-missing", "chain-broken", "event-without-digest",
               "batch-missing", "revision-differs"},
    "batch_spans": {"spans-differ"},
    "batch_links": {"event-changed"},
    "entry_links": {"event-changed"},
    "batch_blocks": {"blocks-changed", "rows-changed", "event-changed"},
    "validations": {"validation-differs"},
    "matchings": {"event-changed", "matching-differs"},
    "matching_lines": {"event-changed", "matching-differs"},
    "codes": {"codes-changed", "codes-added"},
    "entries": {"rows-changed", "rows-added", "fingerprint-differs"},
    "lines": {"rows-changed", "rows-added"},
    "attachments": {"event-changed", "fingerprint-differs"},
    "line_sections": {"rows-changed", "rows-added"},
    "totals": {"totals-differ", "removed-totals-differ"},
    "third_party_totals": {"totals-differ", "removed-totals-differ"},
    "third_party_years": {"totals-differ", "removed-totals-differ"},
    "fiscal_years": {"fiscal-year-differs"},
    "dossiers": {"revision-differs", "locks-differ"},
}  # fmt: skip
"""What a break is called, by the table that was changed."""


def make_history(importing, books, ask):
    """Everything that a ledger can hold."""
    posted = {}

    def post(name, *rows, **options):
        content = fec([line for row in rows for line in row])
        keep(name, importing.post(content, url=ELSEWHERE.format(name), options=options))
        return books.batch_of(posted[name])

    def keep(name, state):
        assert state.status is Status.DONE, state.message
        posted[name] = state.id

    paid = {"CompAuxNum": "F01", "EcritureLet": "A", "DateLet": "20240120"}
    first = post("year", entry(1, **paid), entry(2), entry(3), entry(4, EcritureDate="20240215"))
    post("same", entry(1, **paid), entry(2, "130,00"), entry(4, EcritureDate="20240215"),
         replace={"fiscalYear": "2024"})  # fmt: skip
    sale = {"JournalCode": "VE", "JournalLib": "Ventes", "EcritureDate": "20250115"}
    post("sales", entry(11, **sale), entry(12, **sale | {"EcritureDate": "20250315"}))
    books.undo(posted["sales"])
    books.restore(posted["sales"])
    books.match("B", (first, 3), (first, 5))
    ask(validation.validate, validation.ValidationFields(date(2025, 1, 31)))
    reversed_ = books.undo(posted["sales"], definitive="reverse")
    assert (reversed_["reversalEntries"], reversed_["entriesRemoved"]) == (1, 1)
    whole = {"account": "606000", "TYPECPTE": "H", "AUXILIAIRE": "NORD", "AXE": "A1"}
    split = tra([*pair(whole, DATECOMPTABLE="15052024", NUMEROPIECE="50"), document("F1.pdf")])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("split.tra", split)
        archive.writestr("F1.pdf", b"%PDF")
    url = ELSEWHERE.format("split")
    keep("split", importing.post(packed.getvalue(), kind="tra", url=url))
    request = closing.DossierRequest(books.database, importing.caller, books.dossier.code)
    closing.lock(request, date(2024, 1, 31))
    closing.add_fiscal_year(request, date(2026, 1, 1), date(2026, 12, 31))
    closing.close_fiscal_year(request, "2026")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledger_with_history(request, tmp_path_factory):
    """The books of a dossier with a history, made once."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("ledger_with_history"), allow_private_addresses=True
    )
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        database = Database(server.url(server.create_database(server.template)))
    else:
        database = Database(settings.effective_database_url)
        migrate(database)
    everywhere = database.for_all_domains()
    domain = create_domain(everywhere, "CABINET1")
    caller = Caller.for_operator(domain)
    years = [FiscalYear(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025)]
    for code in ("CEGID003", "CEGID004"):
        fields = DossierFields(code, SIREN, sirets=[SIREN + "00027"], fiscal_years=years)
        create_dossier(everywhere, caller, fields)
    dossier = get_dossier(everywhere, domain.id, "CEGID003")
    books = Books(everywhere.for_domain(domain.id), dossier)
    importing = Importing(settings, everywhere, dossier, caller)

    def ask(act, fields):
        return act(books.database, caller, dossier.code, fields)

    make_history(importing, books, ask)
    assert verify(books).first_break is None
    yield books
    database.close()


def verify(books, **options):
    dossier = books.dossier
    return verify_ledger(books.database, dossier.domain_id, dossier.id, **options)


def assert_named(books, table, tamper, *touched):
    with tampered(books.database, tamper, table, *touched):
        one = verify(books, full=True).first_break
    assert one is not None
    assert one.sentence.code in NAMES[table.name]
    return one


def rows_here(books, table):
    """The rows of the dossier; of the tables without a dossier, all are."""
    found = list(rows_of(books.database, table).values())
    return [row for row in found if row.get("dossier_id", books.dossier.id) == books.dossier.id]


def some_row(books, table):
    return rows_here(books, table)[0]


def changes():
    for table in LEDGER:
        for column in table.columns:
            if not column.primary_key and (table.name, column.name) not in NOT_COVERED:
                yield pytest.param(table, column.name, id=f"{table.name}.{column.name}")
    for name in DOSSIER_COLUMNS:
        yield pytest.param(tables.dossiers, name, id=f"dossiers.{name}")


@pytest.mark.parametrize(("table", "name"), list(changes()))
def test_a_changed_value_is_named(ledger_with_history, table, name):
    row = some_row(ledger_with_history, table)
    value = other(row[name], table.c[name].type) if name != "state" else STATES[table.name]
    change = table.update().where(*of_key(table, row)).values({name: value})
    assert_named(ledger_with_history, table, lambda connection: connection.execute(change))


OTHERS_POINT_TO = tables.batches  # the databases refuse to change its key


@pytest.mark.parametrize("table", [one for one in LEDGER if one is not OTHERS_POINT_TO], ids=str)
def test_a_changed_key_is_named(ledger_with_history, table):
    row = rows_here(ledger_with_history, table)[-1]
    last = [column.name for column in table.primary_key][-1]
    change = table.update().where(*of_key(table, row)).values({last: _further(row[last])})
    assert_named(ledger_with_history, table, lambda connection: connection.execute(change))


OF_BATCH = (tables.batch_spans, tables.batch_blocks, tables.attachments)


@pytest.mark.parametrize("table", LEDGER, ids=str)
def test_a_removed_row_is_named(ledger_with_history, table):
    for row in rows_here(ledger_with_history, table):

        def remove(connection, row=row):
            if table is tables.batches:
                for one in OF_BATCH:
                    connection.execute(one.delete().where(one.c.batch_id == row["id"]))
            connection.execute(table.delete().where(*of_key(table, row)))

        assert_named(
            ledger_with_history, table, remove, *(OF_BATCH if table is tables.batches else ())
        )


@pytest.mark.parametrize("table", LEDGER, ids=str)
def test_an_added_row_is_named(ledger_with_history, table):
    row = some_row(ledger_with_history, table)
    last = [column.name for column in table.primary_key][-1]
    changed = {last: _further(row[last])}
    changed |= {"source": "x"} if table is tables.batches else {}
    changed |= {"code": "999999"} if table is tables.codes else {}
    add = table.insert().values(**row | changed)
    assert_named(ledger_with_history, table, lambda connection: connection.execute(add))


@pytest.mark.parametrize("table", LEDGER, ids=str)
def test_a_row_moved_to_another_batch_or_dossier_is_named(ledger_with_history, table):
    row = some_row(ledger_with_history, table)
    name = "dossier_id" if "dossier_id" in table.c else "batch_id"
    owners = rows_of(
        ledger_with_history.database, tables.dossiers if name == "dossier_id" else tables.batches
    )
    held = rows_of(ledger_with_history.database, table)
    key = [column.name for column in table.primary_key]
    free = (
        one["id"]
        for one in owners.values()
        if one["id"] != row[name]
        and (name not in key or tuple((row | {name: one["id"]})[of] for of in key) not in held)
    )
    changed = {name: next(free, None)}
    if changed[name] is None:  # every other one has a row of this key
        changed = {name: owners[max(owners)]["id"], key[-1]: _further(row[key[-1]])}
    move = table.update().where(*of_key(table, row)).values(**changed)
    assert_named(ledger_with_history, table, lambda connection: connection.execute(move))


def _further(value):
    if isinstance(value, bool):
        return not value
    return value.replace(year=value.year + 20) if isinstance(value, date) else value + 1000


def test_a_span_reopened_is_named(ledger_with_history):
    spans = tables.batch_spans
    closed = spans.c.to_revision.is_not(None)
    change = spans.update().where(closed).values(to_revision=None)
    one = assert_named(ledger_with_history, spans, lambda connection: connection.execute(change))
    assert (one.revision, one.batch) != (None, None)


@pytest.mark.parametrize(
    ("table", "name", "value", "code"),
    [
        (tables.lines, "day", "2024-02-30", "rows-changed"),
        (tables.lines, "debit_cents", "abc", "rows-changed"),
        (tables.entries, "entry_date", "x", "rows-changed"),
        (tables.events, "details", "{x", "event-changed"),
        (tables.batches, "details", "{x", "value-unreadable"),
        (tables.validations, "through", "x", "value-unreadable"),
        (tables.fiscal_years, "end", "x", "value-unreadable"),
    ],
)
def test_a_value_that_is_not_of_its_type_is_named_or_refused(
    ledger_with_history, table, name, value, code
):
    mine = of_key(table, some_row(ledger_with_history, table))
    column = table.c[name]

    def write(said):
        with ledger_with_history.database.write() as connection:
            connection.execute(table.update().where(*mine).values({name: said}))

    with ledger_with_history.database.read() as connection:
        raw = sa.select(sa.type_coerce(column, sa.types.NullType())).where(*mine)
        before = connection.execute(raw).scalar_one()
    if ledger_with_history.database.is_shared:  # PostgreSQL keeps no such value
        with pytest.raises(sa.exc.DBAPIError):
            write(sa.literal_column(f"'{value}'"))
        return
    write(sa.literal_column(f"'{value}'"))
    try:
        one = verify(ledger_with_history, full=True).first_break
        if table is tables.fiscal_years:
            books = ledger_with_history
            with pytest.raises(ConflictError, match="can no longer be read"):
                get_dossier(books.database, books.dossier.domain_id, books.dossier.code)
    finally:
        write(sa.literal(before))
    assert one.sentence.code == code
    assert verify(ledger_with_history).first_break is None


def test_the_entry_of_a_changed_amount_is_named(ledger_with_history):
    lines = tables.lines
    batch = min(row["batch_id"] for row in rows_of(ledger_with_history.database, lines).values())
    mine = lines.c.batch_id == batch, lines.c.entry == 3
    change = lines.update().where(*mine).values(debit_cents=lines.c.debit_cents * 10)
    one = assert_named(ledger_with_history, lines, lambda connection: connection.execute(change))
    assert (one.revision, one.batch, one.block, one.entry) == (1, batch, 0, 3)
    assert "la n° 3 de ce lot" in one.sentence.fr
    with tampered(
        ledger_with_history.database, lambda connection: connection.execute(change), lines
    ):
        assert (
            verify(ledger_with_history).first_break.entry is None
        )  # only the block, without `full`


def test_digests_made_again_are_named_by_a_digest_that_was_kept(ledger_with_history):
    """Whoever can rewrite all of it is found out by what was written elsewhere."""
    kept = verify(ledger_with_history).head
    older = some_row(ledger_with_history, tables.events)["digest"]
    assert verify(ledger_with_history, expected_head=kept).first_break is None
    assert verify(ledger_with_history, expected_head=older).first_break is None
    one = verify(ledger_with_history, expected_head="0" * 64).first_break
    assert one.sentence.code == "head-unknown"


def test_every_table_and_column_of_the_ledger_is_covered(ledger_with_history):
    names = {table.name for table in LEDGER}
    assert names | {"dossiers"} == NAMES.keys()
    for table in LEDGER:
        assert rows_of(ledger_with_history.database, table), (
            f"{table.name} has no row to tamper with"
        )
    for table, column in NOT_COVERED:
        assert column in tables.metadata.tables[table].c
    assert isinstance(tables.lines, sa.Table)

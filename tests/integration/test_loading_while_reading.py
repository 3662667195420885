"""Lines are loaded while they are read: what is in the ledger is the file, whatever its blocks."""

from __future__ import annotations

import polars as pl
import pytest
import sqlalchemy as sa

from ecritures.config.settings import Settings
from ecritures.database import tables
from ecritures.imports.request import Status
from ecritures.reading.check import CheckOptions, check_file, read_lines
from helpers.fec import entries, entry, fec
from helpers.transitions import count_rows, read_all

BLOCKS = [10**6, 300]
OF_ENTRY = ("piece_ref", "piece_date", "label", "validation_date", "entry_date")
OF_LINE = (
    *("line", "debit_cents", "credit_cents", "lettering", "lettering_date"),
    *("currency_amount", "currency_scale", "currency", "siret", "extra"),
)
CODES = {"account": "number", "third_party": "number"}


@pytest.fixture
def post(tmp_path, importing):
    """Import bytes in blocks of some size; give the import as it ended."""

    def run(content, block_bytes, **options):
        path = tmp_path / "079555421FEC20241231.txt"
        path.write_bytes(content)
        importing.configure(block_bytes=block_bytes)
        return importing.post(path=str(path), options=options)

    return run


def ledger(database):
    """The lines of the ledger with all that they say, in the order of the file."""
    line, entry = tables.lines.c, tables.entries.c
    columns = [*(line[name] for name in OF_LINE), entry.number.label("entry_number")]
    columns += [sa.func.coalesce(line[name], entry[name]).label(name) for name in OF_ENTRY]
    source = tables.lines.join(
        tables.entries, sa.and_(line.batch_id == entry.batch_id, line.entry == entry.entry)
    )
    journal, account, third_party = (
        sa.select(tables.codes).where(tables.codes.c.kind == kind).subquery()
        for kind in ("journal", "account", "third-party")
    )
    columns += [
        journal.c.code.label("journal_code"),
        sa.func.coalesce(line.journal_label, journal.c.label).label("journal_label"),
    ]
    of_line = sa.func.coalesce(line.journal_id, entry.journal_id)
    source = source.join(journal, journal.c.id == of_line)
    for kind, table in (("account", account), ("third_party", third_party)):
        label = sa.func.coalesce(line[f"{kind}_label"], table.c.label)
        columns += [table.c.code.label(f"{kind}_number"), label.label(f"{kind}_label")]
        source = source.outerjoin(table, table.c.id == line[f"{kind}_id"])
    rows = read_all(database, sa.select(*columns).select_from(source).order_by(line.line))
    return [{k: "" if v is None else v for k, v in row._asdict().items()} for row in rows]


def of_file(path):
    """The same, as the file has it."""
    lines = pl.concat(
        read_lines(path, CheckOptions(), Settings(), check_file(path).decided_encoding)
    )
    names = {*OF_LINE, *OF_ENTRY, "entry_number", "journal_code", "journal_label"}
    names |= {f"{kind}_{word}" for kind in CODES for word in ("number", "label")}
    return [
        {k: "" if v is None else v for k, v in row.items() if k in names}
        for row in lines.iter_rows(named=True)
    ]


def count(database, table):
    return count_rows(database, table)


def varied():
    """Entries of many lines, with labels, dates, currencies and third parties of their own."""
    lines = entries(60)
    for number, one in enumerate(lines):
        if number % 7 == 0:
            one |= {"EcritureLib": f"Autre {number}", "PieceDate": "20240110"}
        if number % 5 == 0:
            one |= {"CompAuxNum": f"F{number}", "CompAuxLib": f"Tiers {number % 10}"}
        if number % 11 == 0:
            one |= {"Montantdevise": "12,345", "Idevise": "USD"}
        if number % 13 == 0:
            one |= {"CompteLib": "Un autre libellé", "JournalLib": "Achats, autrement"}
    return lines


def scattered():
    lines = varied()
    return [*lines[0::2], *lines[1::2]]


def numbered_anew_each_day():
    days = [("20240115", "F1"), ("20240116", "F2"), ("20240117", "F3")]
    return [one for day, piece in days for number in (1, 2, 3)
            for one in entry(number, EcritureDate=day, PieceRef=f"{piece}-{number}")]  # fmt: skip


def two_numbers_used_twice():
    """One number comes back on another day, one on the same day with another document."""
    days = [f"202401{day:0>2}" for day in range(1, 31)]
    numbers = [*range(1, 15), 3, *range(16, 21)]
    found = [
        entry(number, EcritureDate=day, PieceRef=f"F{day}")
        for number, day in zip(numbers, days, strict=False)
    ]
    found.insert(12, entry(4, EcritureDate=days[3], PieceRef="F99"))
    return [one for lines in found for one in lines]


def over_two_journals():
    """Entries numbered in one sequence, some of them with their last line in another journal."""
    lines = varied()
    for number, one in enumerate(lines):
        if number % 4 > 1:
            one |= {"JournalCode": "BQ", "JournalLib": "Banque"}
        if number % 12 == 3:
            one |= {"JournalCode": "OD", "JournalLib": "Divers"}
    return lines


@pytest.mark.parametrize("block_bytes", BLOCKS)
@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        (varied, "utf-8"),
        (varied, "cp1252"),
        (scattered, "utf-8"),
        (numbered_anew_each_day, "utf-8"),
        (over_two_journals, "utf-8"),
        (two_numbers_used_twice, "utf-8"),
    ],
)
def test_the_ledger_says_what_the_file_says(post, database, tmp_path, lines, encoding, block_bytes):
    content = fec(lines()).decode().encode(encoding)

    assert post(content, block_bytes).status is Status.DONE

    assert ledger(database) == of_file(tmp_path / "079555421FEC20241231.txt")
    assert count(database, tables.batches) == 1


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_entries_are_those_that_were_found(post, database, block_bytes):
    post(fec(scattered()), block_bytes)

    lines = tables.lines.c
    query = sa.select(lines.entry, sa.func.count(), sa.func.sum(lines.debit_cents))
    found = read_all(database, query.group_by(lines.entry))
    assert len(found) == count(database, tables.entries) == 60
    assert {tuple(row[1:]) for row in found} == {(2, 12000)}


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_entries_that_share_a_number_stay_apart(post, database, block_bytes):
    post(fec(two_numbers_used_twice()), block_bytes)

    lines = tables.lines.c
    found = read_all(database, sa.select(lines.entry, sa.func.count()).group_by(lines.entry))
    assert [row[1] for row in found] == [2] * 21


@pytest.mark.parametrize("last", ["1.50", "x"])
@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_what_is_refused_at_its_very_end_leaves_nothing(post, database, last, block_bytes):
    state = post(fec([*varied(), *entry(99, last)]), block_bytes)

    assert state.status is Status.ENDED_WITH_ERROR
    for table in (tables.batches, tables.lines, tables.entries, tables.codes):
        assert count(database, table) == 0


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_an_entry_off_balance_is_known_at_the_end_and_leaves_nothing(post, database, block_bytes):
    lines = varied()
    lines[3]["Credit"] = "120,01"

    assert post(fec(lines), block_bytes).status is Status.ENDED_WITH_ERROR

    assert count(database, tables.batches) == count(database, tables.lines) == 0


@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_a_rule_that_is_forced_is_the_one_that_is_loaded(post, database, block_bytes):
    state = post(fec(varied()), block_bytes, groupBy="journal-piece-date")

    assert state.status is Status.DONE
    assert state.report["grouping"] == "journal-piece-date"
    assert count(database, tables.lines) == 120

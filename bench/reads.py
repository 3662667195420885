"""Time the reads of a ledger, on a dossier of several years filled quickly.

    python bench/reads.py --lines 1000000 --years 10 --database sqlite postgresql

One file is imported; its rows are copied from year to year inside the database. Each figure is the
median of several tries, in milliseconds, in one process, with a warm cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from ecritures.app import balance
from ecritures.app import ledger_reads as reads
from ecritures.app.ledger_reads import ReadRequest
from ecritures.app.loop_lists import Slice, show_list
from ecritures.config.logs import configure_logs
from ecritures.config.settings import Settings
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.submit import submit_import
from ecritures.ledger.read.balance import By
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.ledger.totals import TABLES
from ecritures.ledger.totals_summaries import REVISIONS_MIN, summarize
from generate_fec import generate
from helpers.postgresql import ADMINISTRATOR, postgresql_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME = "079555421FEC20241231.txt"
LINES = "EcritureComptable"
CLIENTS, BANK, SMALL = "41100000", "51200000", "46860000"
TRIES = 5
COPIES_TOGETHER = 50
COPIED = (
    *(tables.batches, tables.entries, tables.lines, tables.batch_spans),
    *TABLES,
)
DAYS = {"day", "entry_date", "piece_date", "validation_date", "lettering_date", "first_date"}
DAYS |= {"last_date"}


@dataclass
class Bench:
    """A dossier with its ledger."""

    database: Database
    caller: Caller

    def time(self, read: Callable[[ReadRequest], Any], **options: object) -> float:
        """Return the median of some tries, in milliseconds."""
        found = []
        for _ in range(TRIES):
            start = time.perf_counter()
            read(ReadRequest(self.database, self.caller, "D", limit=100, **cast("Any", options)))
            found.append((time.perf_counter() - start) * 1000)
        return statistics.median(found)


def figures(bench: Bench, first_year: int) -> Iterator[tuple[str, float]]:
    """Yield what is timed."""
    clients = FilterTexts(account=[CLIENTS])
    middle = {"given": clients, "at": reads.date(2024, 6, 15)}
    page = reads.show_ledger(ReadRequest(bench.database, bench.caller, "D", limit=100, **middle))
    yield "ledger, first page of a large account", bench.time(reads.show_ledger, given=clients)
    yield "ledger, in the middle of it (at)", bench.time(reads.show_ledger, **middle)
    yield (
        "ledger, the page after (cursor)",
        bench.time(reads.show_ledger, given=clients, cursor=page["nextCursor"]),
    )
    year = FilterTexts(account=[CLIENTS], year="2024")
    yield "ledger, one year of it", bench.time(reads.show_ledger, given=year)
    small = FilterTexts(account=[SMALL])
    yield "ledger, a small account", bench.time(reads.show_ledger, given=small)
    yield "ledger of every account, first page", bench.time(reads.show_ledger)
    one = {"journal": ["VE"], "number": ["1"]}
    number = FilterTexts(**one)
    yield "entry by journal and number, all years", bench.time(reads.show_entries, given=number)
    number = FilterTexts(**one, year="2024")
    yield "entry by journal and number, one year", bench.time(reads.show_entries, given=number)
    yield "entries, first page", bench.time(reads.show_entries)
    yield "lines, first page", bench.time(reads.show_lines)
    last = FilterTexts(start="2024-12-01")
    yield "entries of a month", bench.time(reads.show_entries, given=last)
    yield "search, rare words", bench.time(reads.show_found, text="echeance ha24-0000012")
    yield "search, words that nothing has", bench.time(reads.show_found, text="introuvable zzz")
    yield "search, a frequent word", bench.time(reads.show_found, text="échéance")
    piece = FilterTexts(piece=["VE24-0000001"])
    yield "lines by piece", bench.time(reads.show_lines, given=piece)
    amount = FilterTexts(amount=["1538,62"])
    yield "lines by amount", bench.time(reads.show_lines, given=amount)
    unlettered = FilterTexts(account=[CLIENTS], lettering="unlettered")
    yield "unlettered lines of a large account", bench.time(reads.show_lines, given=unlettered)
    yield from of_balances(bench)
    yield "lettering, first page", bench.time(reads.show_lettering)
    yield "lettering, open groups", bench.time(reads.show_lettering, is_open=True)
    yield "journals", bench.time(reads.show_journals)
    yield "accounts", bench.time(reads.show_accounts)
    yield "third parties", bench.time(reads.show_third_parties)
    yield from of_loop_lists(bench)
    print(f"  (years {first_year} to 2024)")


def of_loop_lists(bench: Bench) -> Iterator[tuple[str, float]]:
    """Yield what is timed of the reference routes."""

    def seconds(route: str, **wanted: object) -> float:
        def read(request: ReadRequest) -> object:
            place = request.database, request.caller, route, request.code
            return show_list(*place, Slice(**cast("Any", wanted)))

        return bench.time(read)

    for route in ("compte", "journal", LINES):
        yield f"{route}, first page", seconds(route)
    yield f"{LINES}, from 10,000 on", seconds(LINES, skip=10_000)
    one = show_list(bench.database, bench.caller, LINES, "D", Slice(take=1))[0]
    for wanted in (
        *(f'{name} == "{one[name]}"' for name in ("objectId", "ecriture")),
        *('journalCode == "VE" && reference == "1"', f'compteNumero == "{SMALL}"'),
        *('refPiece == "VE24-0000001"', 'date == "2024-06-15"', 'date >= "2024-12-01"'),
        *('datePiece == "2024-06-15"', 'codeLettrage == "GTEC"', "debit == 1538.62"),
        f'tiers == "{one["tiers"]}"',
    ):
        name = wanted if one["objectId"] not in wanted else "objectId"
        yield f"{LINES}, {name}", seconds(LINES, filter=wanted)


def of_balances(bench: Bench) -> Iterator[tuple[str, float]]:
    """Yield what is timed of balances."""
    for by in By:
        yield f"trial balance by {by}", bench.time(partial(balance.show_balance, by=by))
    yield (
        "trial balance between two days",
        bench.time(balance.show_balance, given=FilterTexts(start="2023-05-12", end="2024-02-17")),
    )
    yield "aged balance", bench.time(balance.show_aged, given=FilterTexts(end="2024-12-31"))


def fill(bench: Bench, path: Path, years: int, count: int) -> None:
    """Import a file, and copy its batch until there are so many, spread over years."""
    settings = Settings(data_dir=path.parent)
    deps = Dependencies.over(settings, bench.database.for_all_domains())
    request = ImportRequest("fec", "D", path=str(path))
    run_import(deps, submit_import(deps.database, bench.caller, request).id)
    with bench.database.read() as connection:
        batch = connection.execute(sa.select(tables.batches.c.id)).scalar_one()
    for first in range(1, count, COPIES_TOGETHER):
        copies = range(first, min(first + COPIES_TOGETHER, count))
        with bench.database.load() as connection:
            for copy, table in product(copies, COPIED):
                copy_rows(connection, table, batch, copy, copy % years)


def copy_rows(connection: sa.Connection, table: sa.Table, batch: int, copy: int, back: int) -> None:
    """Copy the rows of a batch, dated some years earlier; no two entries of a year are alike."""
    is_postgresql = connection.dialect.name == "postgresql"
    number = "id" if table is tables.batches else "batch_id"
    columns = []
    for column in table.columns:
        if column.name == number:
            columns.append(str(batch - copy))
        elif column.name == "source":
            columns.append(f"'copy-{copy}/1'")
        elif column.name == "number" and copy != back:
            columns.append(f"number || '-{copy}'")
        elif column.name == "month":
            columns.append(f"month - {back * 100}")
        elif column.name == "year":
            columns.append(f"year - {back}")
        elif column.name in DAYS and is_postgresql:
            columns.append(f"({column.name} - interval '{back} years')::date")
        elif column.name in DAYS:
            columns.append(f"date({column.name}, '-{back} years')")
        else:
            columns.append(f'"{column.name}"')
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(columns)}'  # noqa: S608 - ours
        f' FROM "{table.name}" WHERE "{number}" = {batch}'
    )


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[tuple[Database, Callable[[], None]]]:
    """Open a new database of a kind; also return what settles it after a load."""
    if kind == "sqlite":
        database = Database(Settings(data_dir=folder).effective_database_url)
        migrate(database)
        yield database, lambda: None
        database.close()
        return
    cluster = Path(tempfile.mkdtemp(prefix="ecritures-bench-"))
    cluster.chmod(0o755)
    with postgresql_server(cluster / "cluster") as server:
        name = server.create_database()
        database = Database(server.url(name))
        migrate(database)
        yield database, lambda: vacuum(server.url(name, ADMINISTRATOR))
        database.close()


def vacuum(url: str) -> None:
    """Do what the server does by itself some time after a load."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def main() -> None:
    """Fill dossiers and print a table for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of all years together")
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument(
        "--batches", type=int, help="of all years together; one a year if not given"
    )
    given = parser.parse_args()
    batches = given.batches or given.years
    configure_logs("console", "warning")
    for kind in given.database:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            generate(path, given.lines // batches)
            with new_database(kind, Path(folder)) as (database, settle):
                every = database.for_all_domains()
                domain = create_domain(every, "CABINET1")
                create_dossier(every, domain, code="D", name="", siren="079555421")
                bench = Bench(database.for_domain(domain.id), Caller.for_operator(domain))
                fill(bench, path, given.years, batches)
                if batches >= REVISIONS_MIN:  # as housekeeping does
                    summarize(bench.database, domain.id, 1, database.clock.now())
                settle()
                print(
                    f"{kind}, {given.lines:,} lines in {batches:,} batches,"
                    f" {os.cpu_count()} cores, milliseconds:"
                )
                for name, milliseconds in figures(bench, 2025 - given.years):
                    print(f"| {name} | {milliseconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()

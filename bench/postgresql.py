"""Import into a real PostgreSQL, beside a raw COPY of the same file in the same run.

    python bench/postgresql.py --lines 1000000 --rounds 3 --ledger 20000000

The raw COPY puts the file into a table of 18 texts without an index: what the database needs.
With `--ledger`, the same is measured again once the ledger of the firm holds that many lines.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from ecritures.config.logs import configure_logs
from ecritures.config.settings import Settings
from ecritures.database import Database
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain, set_policies
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import get_import
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.submit import submit_import
from generate_fec import generate
from helpers.postgresql import ADMINISTRATOR, postgresql_server


def raw_copy(url: str, path: Path) -> float:
    """Time a COPY of the file as it is."""
    columns = ", ".join(f"c{number} text" for number in range(18))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS raw")
        connection.execute(f"CREATE TABLE raw ({columns})")
        start = time.perf_counter()
        copy_in = "COPY raw FROM STDIN (FORMAT csv, DELIMITER '|', HEADER, QUOTE E'\\x01')"
        with connection.cursor() as cursor, cursor.copy(copy_in) as copy, path.open("rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)
        return time.perf_counter() - start


def whole_import(deps: Dependencies, caller: Caller, path: Path) -> float:
    """Time an import, from its request to its publication."""
    start = time.perf_counter()
    request = ImportRequest("fec", "D", path=str(path))
    state = submit_import(deps.database, caller, request)
    run_import(deps, state.id)
    seconds = time.perf_counter() - start
    ended = get_import(deps.database, state.id)
    assert ended.status is Status.DONE, ended.message  # noqa: S101 - the figure would be worthless
    return seconds


def table(title: str, lines: int, pairs: list[tuple[float, float]]) -> None:
    """Print what was measured."""
    print(f"{title}\n\n| COPY, s | import, s | ratio | import, lines/s |\n|---:|---:|---:|---:|")
    for copy, whole in pairs:
        print(f"| {copy:.2f} | {whole:.2f} | {whole / copy:.2f} | {lines / whole:,.0f} |")
    print(f"\nMedian ratio: {statistics.median(whole / copy for copy, whole in pairs):.2f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ledger", type=int, default=0, help="lines before measuring again")
    asked = parser.parse_args()
    configure_logs("console", "warning")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        path = folder / "079555421FEC20241231.txt"
        generate(path, asked.lines)
        with postgresql_server(folder / "cluster") as server:
            url = server.url(server.create_database())
            database = Database(url).for_all_domains()
            migrate(database)
            domain = create_domain(database, "C")
            set_policies(database, domain, {"duplicates": "allow"})
            create_dossier(database, domain, code="D", name="", siren="079555421")
            settings = Settings(data_dir=folder / "data", database_url=url)
            deps = Dependencies.open(settings).for_domain(domain.id)
            caller = Caller("", domain.id, domain.code, None)

            def measure(title: str) -> None:
                table(
                    title,
                    asked.lines,
                    [
                        (raw_copy(url, path), whole_import(deps, caller, path))
                        for _ in range(asked.rounds)
                    ],
                )

            measure("Empty ledger")
            for _ in range(asked.rounds * asked.lines, asked.ledger, asked.lines):
                whole_import(deps, caller, path)
            if asked.ledger:
                administrator = server.url(database.url.database or "", ADMINISTRATOR)
                with psycopg.connect(administrator, autocommit=True) as connection:
                    connection.execute("VACUUM entries, lines")  # as the server does by itself
                    connection.execute("CHECKPOINT")
                measure(f"{asked.ledger:,} lines in the ledger")


if __name__ == "__main__":
    main()

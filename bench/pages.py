"""Time the pages of a firm with a long history, and what watchers of an import cost.

    python bench/pages.py --imports 100000 --anomalies 1000000 --watchers 50

A dossier gets one import for real; its rows are copied. Figures are the median of several requests
over HTTP on this machine, in milliseconds, the time of the processor that they took (which the
neighbours on a busy machine change less), and the size of each page as it is sent, compressed.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

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
from ecritures.rules.catalogue import RULES
from generate_fec import generate
from helpers.people import EMAIL, add_person, enter
from helpers.running_service import running_service

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME, DOSSIERS, TRIES, WATCH_SECONDS, AT_ONCE = "079555421FEC20241231.txt", 150, 30, 10, 5000
PLACES = {
    "home": "/",
    "list of imports": "/imports",
    "import": "/imports/{id}",
    "refused, many anomalies": "/imports/{bad}",
    "dossiers": "/dossiers",
    "trial balance": "/dossiers/D000/balance",
    "general ledger": "/dossiers/D000/ledger",
    "entries": "/dossiers/D000/entries",
    "lettering": "/dossiers/D000/lettering",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--imports", type=int, default=100_000)
    parser.add_argument("--anomalies", type=int, default=1_000_000)
    parser.add_argument("--watchers", type=int, default=50)
    parser.add_argument("--lines", type=int, default=100_000)
    asked = parser.parse_args()
    configure_logs("json", "warning")
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        settings = Settings(data_dir=Path(folder))
        database = Database(settings.effective_database_url)
        migrate(database)
        ids = fill(settings, database, asked)
        with running_service(settings, database) as service, browser(service.url, database) as one:
            for name, path in PLACES.items():
                tell(one, name, path.format(**ids))
            watch(one, asked.watchers, ids["running"], database)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


def fill(settings: Settings, database: Database, asked: argparse.Namespace) -> dict[str, str]:
    """Import one file, copy its row, and give one import many anomalies."""
    domain = create_domain(database, "CABINET1")
    dossiers = [
        create_dossier(database, domain, code=f"D{n:03}", name=f"Dossier {n}", siren="079555421")
        for n in range(DOSSIERS)
    ]
    add_person(database, domain)
    path = settings.data_dir / NAME
    generate(path, asked.lines)
    deps = Dependencies.over(settings, database.for_domain(domain.id))
    caller = Caller("", domain.id, domain.code, None)
    wanted = ImportRequest("fec", "D000", path=str(path))
    first = submit_import(deps.database, caller, wanted)
    run_import(deps, first.id)
    with database.for_domain(domain.id).write() as connection:
        found = connection.execute(sa.select(tables.imports)).one()._asdict()
        copy_imports(connection, found, [one.id for one in dossiers], asked.imports)
        bad, running = (f"{n:08x}-0000-4000-8000-000000000000" for n in (0, 1))
        counts = dict.fromkeys(list(RULES)[:10], asked.anomalies // 10)
        table = tables.imports
        told = found["report"] | {"anomalyCounts": counts}
        connection.execute(table.update().where(table.c.id == bad).values(report=told, attempt=1))
        now_running = {"status": 2, "phase": "load", "ended_at": None}
        connection.execute(table.update().where(table.c.id == running).values(now_running))
        add_anomalies(connection, domain.id, bad, counts)
    return {"id": first.id, "bad": bad, "running": running}


def copy_imports(
    connection: sa.Connection, found: dict[str, Any], dossiers: list[int], count: int
) -> None:
    """Insert the same import many times: one a minute, one in twenty refused."""
    kept = {one.name: found[one.name] for one in tables.imports.c}
    for begin in range(0, count, AT_ONCE):
        rows = [
            kept
            | {
                "id": f"{n:08x}-0000-4000-8000-000000000000",
                "object_id": f"{n:024x}",
                "dossier_id": dossiers[n % len(dossiers)],
                "source_name": f"{n}.txt",
                "created_at": found["created_at"] - timedelta(minutes=n),
                "batch_id": None,
                "status": 4 if n % 20 == 0 else 3,
            }
            for n in range(begin, min(begin + AT_ONCE, count))
        ]
        connection.execute(tables.imports.insert(), rows)


def add_anomalies(
    connection: sa.Connection, domain_id: int, import_id: str, counts: dict[str, int]
) -> None:
    """Insert the anomalies of an import, as many of each code as counted."""
    for rank, (code, count) in enumerate(counts.items()):
        for begin in range(0, count, AT_ONCE):
            rows = [
                {
                    "domain_id": domain_id,
                    "import_id": import_id,
                    "attempt": 1,
                    "ordinal": rank * count + n,
                    "code": code,
                    "line": n + 2,
                    "column": "Debit",
                    "value": "12.50",
                }
                for n in range(begin, min(begin + AT_ONCE, count))
            ]
            connection.execute(tables.anomalies.insert(), rows)


@contextmanager
def browser(url: str, database: Database) -> Iterator[httpx2.Client]:
    token = enter(database.for_all_domains(), EMAIL)
    cookies = {"session": token, "language": "fr"}
    with httpx2.Client(
        base_url=url,
        cookies=cookies,
        trust_env=False,
        timeout=120,
        limits=httpx2.Limits(max_connections=200),
    ) as client:
        yield client


def tell(client: httpx2.Client, name: str, path: str) -> None:
    client.get(path).raise_for_status()
    seconds, busy = [], []
    for _ in range(TRIES):
        start, before = time.perf_counter(), time.process_time()
        answer = client.get(path)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - before)
    size = len(gzip.compress(answer.content, 6)) / 1024
    ordered = sorted(seconds)
    print(
        f"{name:26} median {statistics.median(seconds) * 1000:6.1f} ms"
        f"   worst {ordered[-1] * 1000:6.1f} ms"
        f"   processor {statistics.median(busy) * 1000:6.1f} ms   {size:5.1f} KB",
        flush=True,
    )


def watch(client: httpx2.Client, count: int, import_id: str, database: Database) -> None:
    """Have many people watch an import that goes on, and say what that costs the service."""
    watchers = get_context("spawn").Pool(1)
    address, cookies = str(client.base_url), dict(client.cookies)
    events = watchers.apply_async(count_events, (address, cookies, import_id, count))

    def change(**values: object) -> None:
        with database.for_all_domains().write() as connection:
            table = tables.imports
            connection.execute(table.update().where(table.c.id == import_id).values(values))

    time.sleep(WATCH_SECONDS)  # until all are there
    before = time.process_time()
    for n in range(WATCH_SECONDS):
        change(lines_done=n * 1000)
        time.sleep(1)
    spent = time.process_time() - before
    change(status=3)  # the streams end
    share = spent / WATCH_SECONDS
    print(
        f"{count} watchers, one change a second: {share:.1%} of a core"
        f" (the service, and the change itself), {events.get()} events"
    )
    watchers.close()


def count_events(address: str, cookies: dict[str, str], import_id: str, count: int) -> int:
    """Watch an import many times until it ends; return how many events came."""
    events = [0] * count

    def one(at: int, client: httpx2.Client) -> None:
        with client.stream("GET", f"/imports/{import_id}/events") as answer:
            for text in answer.iter_text():
                events[at] += text.count("event:")

    limits = httpx2.Limits(max_connections=count)
    with (
        httpx2.Client(base_url=address, cookies=cookies, timeout=120, limits=limits) as client,
        ThreadPoolExecutor(count) as threads,
    ):
        list(threads.map(one, range(count), [client] * count))
    return sum(events)


if __name__ == "__main__":
    main()

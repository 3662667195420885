"""Time the service: requests, requests during a large import, and many small imports.

    python bench/service.py --database sqlite --requests 3000 --lines 1000000
    python bench/service.py --database postgresql --imports 1000 --lines 1000000
    python bench/service.py --database sqlite --only queue --queued 10000

Every figure stands beside what it is compared with, measured in the same run: the requests beside
those of an empty route of the same server, the workers beside one worker. The programs are the
real ones, in processes of their own, and PostgreSQL really writes to its disk.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import attempts, batches, imports
from ecritures.imports.request import Status
from programs import (
    DOSSIERS,
    IMPORT_ROUTE,
    NAME,
    Place,
    cpu_seconds,
    empty_route,
    file_server,
    place,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONNECTIONS = 64
RATE = 200
LOOKS = 50  # status requests a second during a large import
STATUS_ROUTE = "/loop-api-publiques/getImportStatus?accountingImportRequestId="


def body(url: str, dossier: str = "D1") -> str:
    """Return the request for an import; its `#` is replaced by a number."""
    return json.dumps({"codeIbs": dossier, "URL": f"{url}/#/{NAME}"})


def measure_requests(where: Place, requests: int, rounds: int) -> Iterator[str]:
    """Compare requests with those of an empty route, the two in turns."""
    yield "| Route | Requests/s | of the empty route's | CPU ms each | p99 at 200/s, ms |"
    yield "|---|---:|---:|---:|---:|"
    with empty_route() as empty, where.serve(runner_imports_max=0) as serving:
        known = serving.load(IMPORT_ROUTE, body("http://127.0.0.1:9"), requests=300)
        assert known["good"] == 300, known  # noqa: S101 - the figures would be worthless
        with where.database.read() as connection:
            one = connection.execute(sa.select(imports.c.id).limit(1)).scalar_one()
        routes = {
            "empty": (empty, "/empty", "{}"),
            "POST importFEC": (serving, IMPORT_ROUTE, body("http://127.0.0.1:9")),
            "GET getImportStatus": (serving, f"{STATUS_ROUTE}{one}", ""),
        }
        best: dict[str, tuple[float, float]] = {}
        for round_ in range(rounds):
            for name, (server, route, content) in routes.items():
                cpu = cpu_seconds(server.pid)
                # An address of its own in each round: the same request would join the first.
                own = content.replace("#", f"{round_}-#")
                found = server.load(route, own, requests=requests, connections=CONNECTIONS)
                assert found["good"] == requests, found  # noqa: S101
                cpu = (cpu_seconds(server.pid) - cpu) / requests
                best[name] = max(best.get(name, (0, 0)), (requests / found["seconds"], cpu))
        for name, (server, route, content) in routes.items():
            steady = server.load(
                route, content.replace("#", "r-#"), requests=RATE * 5, connections=64, rate=RATE
            )
            persecond, cpu = best[name]
            yield (
                f"| {name} | {persecond:,.0f} | {persecond / best['empty'][0]:.2f} "
                f"| {cpu * 1000:.2f} | {steady['p99'] * 1000:.1f} |"
            )


def measure_queue(where: Place, queued: int, seconds: float) -> Iterator[str]:
    """Queue requests, kill the service meanwhile, start it again, and count the imports."""
    ended = imports.c.status.in_((Status.DONE, Status.ENDED_WITH_ERROR))
    answers = Path(where.environment["LOGS"]).with_name("answers")
    with file_server(12) as files:
        accepted: set[str] = set()
        sent = 0
        for round_ in range(2):
            share = queued // 2 if round_ == 0 else queued - sent
            content = body(f"{files}/{round_}")
            content = content.replace("D1", f"D{round_}")
            with where.serve() as serving:
                options = {"requests": share, "connections": CONNECTIONS, "answers": answers}
                if round_ == 0:
                    with serving.loading(IMPORT_ROUTE, content, **options) as process:
                        while where.count(sa.true()) < share // 2:
                            time.sleep(0.01)
                        serving.process.send_signal(signal.SIGKILL)
                        process.communicate()
                else:
                    serving.load(IMPORT_ROUTE, content, **options)
                answered = answers.read_text("utf-8").splitlines()
                sent += len(answered)
                accepted |= {json.loads(one)["accountingImportRequestId"] for one in answered}
                if round_:
                    where.are_none(~ended, seconds)
    made_by = sa.func.substr(batches.c.source, 1, 36)  # the import
    with where.database.read() as connection:
        kept = set(connection.execute(sa.select(imports.c.id)).scalars())
        done = set(connection.execute(sa.select(imports.c.id).where(ended)).scalars())
        posted = connection.execute(
            sa.select(sa.func.count(), sa.func.count(made_by.distinct())).where(
                batches.c.published_at.is_not(None)
            )
        ).one()
        interrupted = connection.execute(
            sa.select(sa.func.count()).where(attempts.c.outcome == "interrupted")
        ).scalar_one()
    yield "| Accepted | Distinct ids | Ended | Lost | Posted | Posted twice | Interrupted |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    yield (
        f"| {sent:,} | {len(accepted):,} | {len(done & accepted):,} | {len(accepted - kept):,} "
        f"| {posted[1]:,} | {posted[0] - posted[1]:,} | {interrupted} |"
    )


def measure_during_import(where: Place, lines: int) -> Iterator[str]:
    """Request a status repeatedly while a large import runs in the same process."""
    yield "| Lines | Import, s | Status requests | p50, ms | p99, ms | Longest, ms |"
    yield "|---:|---:|---:|---:|---:|---:|"
    with file_server(lines) as files, where.serve() as serving:
        started = time.perf_counter()
        import_id = serving.ask_for_imports(files, ["D2"])[0]
        route = f"{STATUS_ROUTE}{import_id}"
        with serving.loading(route, requests=1_000_000, connections=16, rate=LOOKS) as process:
            where.wait_until_none(imports.c.status < Status.DONE)
            seconds = time.perf_counter() - started
            process.terminate()
            found = json.loads(process.communicate()[0])
    yield (
        f"| {lines:,} | {seconds:.1f} | {found['good']:,} "
        f"| {found['p50'] * 1000:.1f} | {found['p99'] * 1000:.1f} | {found['max'] * 1000:.1f} |"
    )


def measure_small_imports(where: Place, number: int, lines: int) -> Iterator[str]:
    """Run many small imports with one process, then with two."""
    yield f"{number:,} imports of {lines:,} lines, in {DOSSIERS} dossiers.\n"
    yield "| Processes | Imports/s | CPU ms an import | in the database | Cores used |"
    yield "|---:|---:|---:|---:|---:|"
    for workers in (1, 2) if where.postmaster else (1,):
        with file_server(lines) as files, ExitStack() as stack:
            with where.serve(runner_imports_max=0) as serving:
                serving.ask_for_imports(files, [f"D{one % DOSSIERS}" for one in range(number)])
            run = where.worker if where.postmaster else where.serve
            pids = [stack.enter_context(run()).pid for _ in range(workers)]
            started, cpu, database_cpu = time.perf_counter(), _cpu(pids), _database_cpu(where)
            left = where.count(imports.c.status < Status.DONE)
            where.wait_until_none(imports.c.status < Status.DONE)
            seconds = time.perf_counter() - started
            cpu, database_cpu = _cpu(pids) - cpu, _database_cpu(where) - database_cpu
        assert where.count(imports.c.status != Status.DONE) == 0  # noqa: S101
        yield (
            f"| {workers} | {left / seconds:.1f} | {cpu / left * 1000:.1f} "
            f"| {database_cpu / left * 1000:.1f} | {(cpu + database_cpu) / seconds:.2f} |"
        )


def _cpu(pids: list[int]) -> float:
    return sum(map(cpu_seconds, pids))


def _database_cpu(where: Place) -> float:
    return cpu_seconds(where.postmaster, children=True) if where.postmaster else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--only", choices=["requests", "queue", "during", "imports"])
    parser.add_argument("--requests", type=int, default=2000, help="in each round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--queued", type=int, default=1000, help="requests that are queued")
    parser.add_argument("--seconds", type=float, default=600, help="to work off the queue")
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the large import")
    parser.add_argument("--imports", type=int, default=1000, help="how many small imports")
    parser.add_argument("--import-lines", type=int, default=1000, help="of a small import")
    asked = parser.parse_args()
    measures: dict[str, Callable[[Place], Iterator[str]]] = {
        "requests": lambda where: measure_requests(where, asked.requests, asked.rounds),
        "queue": lambda where: measure_queue(where, asked.queued, asked.seconds),
        "during": lambda where: measure_during_import(where, asked.lines),
        "imports": lambda where: measure_small_imports(where, asked.imports, asked.import_lines),
    }
    print(f"{asked.database}, {os.cpu_count()} cores")
    for name, measure in measures.items():
        if asked.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder, place(asked.database, Path(folder)) as it:
                print()
                for line in measure(it):
                    print(line, flush=True)


if __name__ == "__main__":
    main()

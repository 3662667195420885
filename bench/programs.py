"""The programs that `service.py` times: the real ones, on a database of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import httpx2
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from ecritures.database import Database
from ecritures.database.migrate import migrate
from ecritures.database.tables import imports
from ecritures.directory.domains import change_domain, create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from generate_fec import generate
from helpers.postgresql import postgresql_server

if TYPE_CHECKING:
    from collections.abc import Iterator

IMPORT_ROUTE = "/loop-api-publiques/importFEC"
HERE = Path(__file__).parent
NAME = "079555421FEC20241231.txt"
DOSSIERS = 40
EMPTY = """
import fastapi, sys, uvicorn
app = fastapi.FastAPI()
@app.post("/empty")
async def empty(): return {}
settings = {"log_level": "warning", "access_log": False, "server_header": False, "backlog": 2048}
uvicorn.run(app, port=int(sys.argv[1]), **settings)
"""
ALLOWED = ("duplicates", "duplicateEntries", "openings")
WAIT_SECONDS_MAX = 600
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Place:
    """A database with its directory, and what a program needs to work on it."""

    database: Database
    environment: dict[str, str]
    key: str
    postmaster: int | None = None

    @contextmanager
    def serve(self, **settings: object) -> Iterator[Serving]:
        """Run `ecritures serve` during the block."""
        port = free_port()
        with self.program("serve", "--port", str(port), **settings) as process:
            yield Serving(process, f"http://127.0.0.1:{port}", self.key)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[str]]:
        """Run `ecritures worker` during the block."""
        with self.program("worker") as process:
            yield process

    @contextmanager
    def program(self, *arguments: str, **settings: object) -> Iterator[subprocess.Popen[str]]:
        """Run a long-running command, from the moment it is ready."""
        given = {f"ECRITURES_{name.upper()}": str(value) for name, value in settings.items()}
        command = [sys.executable, "-m", "ecritures", *arguments, "--json"]
        with running(command, self.environment | given) as process:
            while (process.stdout or sys.exit("no output")).readline() not in {"}\n", ""}:
                pass
            yield process

    def count(self, which: sa.ColumnElement[bool]) -> int:
        """Count imports."""
        with self.database.read() as connection:
            query = sa.select(sa.func.count()).select_from(imports).where(which)
            return connection.execute(query).scalar_one()

    def wait_until_none(self, which: sa.ColumnElement[bool]) -> None:
        """Wait until no import matches."""
        if not self.are_none(which, WAIT_SECONDS_MAX):
            sys.exit("the imports do not end")

    def are_none(self, which: sa.ColumnElement[bool], seconds: float) -> bool:
        """Return whether no import matches, now or within that time."""
        end = time.monotonic() + seconds
        while self.count(which):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


@dataclass
class Serving:
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str
    key: str = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    def load(self, route: str, body: str = "", **options: object) -> dict[str, float]:
        """Send requests and return the result of `load.py`."""
        with self.loading(route, body, **options) as process:
            return json.loads(process.communicate()[0])

    def ask_for_imports(self, url: str, dossiers: list[str]) -> list[str]:
        """Request an import in each of the dossiers; return the ids."""
        asked = []
        with httpx2.Client(headers={"x-apikey": self.key}, trust_env=False) as client:
            for number, dossier in enumerate(dossiers):
                content = {"codeIbs": dossier, "URL": f"{url}/{time.time_ns()}-{number}/{NAME}"}
                answer = client.post(f"{self.url}{IMPORT_ROUTE}", json=content).raise_for_status()
                asked.append(answer.json()["accountingImportRequestId"])
        return asked

    @contextmanager
    def loading(
        self, route: str, body: str = "", **options: object
    ) -> Iterator[subprocess.Popen[str]]:
        """Send requests meanwhile."""
        command = [sys.executable, str(HERE / "load.py"), self.url + route, "--body", body]
        command += ["--method", "POST" if body else "GET", "--header", f"x-apikey: {self.key}"]
        command += [f"--{name}={value}" for name, value in options.items()]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            yield process


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program, and stop it at the end."""
    with (
        Path(environment["LOGS"]).open("a") as logs,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=logs, text=True
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Place]:
    """Create a database with a firm, its key, and dossiers."""
    folder.chmod(0o755)
    with ExitStack() as stack:
        url, postmaster = f"sqlite:///{folder}/data/ecritures.db", None
        if kind == "postgresql":
            server = stack.enter_context(postgresql_server(folder / "cluster", durable=True))
            url, postmaster = server.url(server.create_database()), server.pid
        (folder / "data").mkdir()
        database = Database(url).for_all_domains()
        stack.callback(database.close)
        migrate(database)
        domain = create_domain(database, "FIRM")
        with database.write() as connection:
            change_domain(connection, "FIRM", dict.fromkeys(ALLOWED, "allow"))
        for number in range(DOSSIERS):
            create_dossier(database, domain, code=f"D{number}", name="", siren="079555421")
        environment = os.environ | {
            "ECRITURES_DATA_DIR": str(folder / "data"),
            "ECRITURES_DATABASE_URL": url,
            "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
            "ECRITURES_REQUESTS_PER_SECOND_MAX": "1000000",
            "ECRITURES_REQUESTS_BURST_MAX": "1000000",
            "ECRITURES_DOMAIN_QUEUE_IMPORTS_MAX": "1000000",
            "ECRITURES_QUEUE_IMPORTS_MAX": "1000000",
            "ECRITURES_DOMAIN_IMPORTS_MAX": "8",
            "LOGS": str(folder / "logs"),
        }
        yield Place(database, environment, create_key(database, domain), postmaster)


@contextmanager
def file_server(lines: int) -> Iterator[str]:
    """Serve one file of that many lines at every path; yield the address."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder) / NAME, lines)
        content = (Path(folder) / NAME).read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_parts: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def empty_route() -> Iterator[Serving]:
    """Serve a route that does nothing, with the server settings of the service."""
    port = free_port()
    with running(
        [sys.executable, "-c", EMPTY, str(port)], os.environ | {"LOGS": os.devnull}
    ) as process:
        wait_for_port(port)
        yield Serving(process, f"http://127.0.0.1:{port}")


def free_port() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Wait until something listens on the port."""
    for _ in range(200):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("the server does not come up")


def cpu_seconds(pid: int, *, children: bool = False) -> float:
    """Return the processor time a process has had, with that of its children if asked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(int(one) for one in fields[11 : 15 if children else 13]) / TICKS
    if not children:
        return own
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(cpu_seconds(int(child), children=True) for child in listed)

"""`ecritures demo`: the service with a dossier, a key and a first import, ready to try."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.commands.serve import bind
from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.sample_firm import DEMONSTRATION, DOSSIER, keep_key, prepare_firm
from ecritures.cli.support.signals import interrupt_on_signals
from ecritures.core.clock import SystemClock
from ecritures.core.errors import ConflictError
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.database import Database

KEY_FILE = "demo-key"
READY_SECONDS_MAX = 60
IMPORT_SECONDS_MAX = 120
LOOK_SECONDS = 0.1
STOP_SECONDS_MAX = 30


@dataclass(frozen=True, slots=True)
class Demo:
    """What is needed to try the service."""

    address: str
    key: str
    file_url: str

    @property
    def curl(self) -> str:
        """A dry run that works when pasted, however often, while the demonstration runs."""
        return (
            f"curl -s {self.address}/v1/imports"
            f" -H 'x-apikey: {self.key}' -H 'Content-Type: application/json'"
            f' -d \'{{"dossier": "{DOSSIER}", "url": "{self.file_url}", "dryRun": true}}\''
        )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "demo",
        help=say(
            "Ouvre le service avec un dossier d'essai, une clé et un premier import.",
            "Starts the service with a sample dossier, a key and a first import.",
        ),
        epilog=example("ecritures demo --port 8000"),
    )(demo)


def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65534, help=say("Port.", "Port."))] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> int:
    """Prepare the demonstration, import the sample, and serve until a signal to stop arrives."""
    from ecritures.cli.support.demo_files import serve_sample
    from ecritures.directory.keys import NewKey

    out = Output(as_json, lang)
    settings = open_settings(port=port)
    stopped = interrupt_on_signals()
    bind(settings.host, settings.port).close()  # fails first when the port is taken
    address = f"http://{settings.host}:{settings.port}"
    database = open_database(settings, upgrades=True)
    domain = prepare_firm(database, DEMONSTRATION)
    key = keep_key(database, domain, settings.data_dir / KEY_FILE, NewKey(name="Démonstration"))
    with (
        serve_sample(settings.host, settings.port + 1) as file_url,
        _service(settings.port) as service,
    ):
        made = Demo(address, key, file_url)
        _wait_until_ready(service, address)
        state = _first_import(database, made)
        database.close()
        out.show(_shape(made, state), lambda: _for_people(made, state, out))
        with suppress(KeyboardInterrupt):  # the way this ends
            while service.poll() is None and not stopped.wait(LOOK_SECONDS):
                pass
        return service.returncode or 0


@contextmanager
def _service(port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
        "ECRITURES_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "ecritures.cli.support.demo_service", str(port)]
    service = subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield service
    finally:
        service.terminate()
        service.wait(STOP_SECONDS_MAX)


def _wait_until_ready(service: subprocess.Popen[bytes], address: str) -> None:
    import httpx2

    def ready() -> bool:
        if service.poll() is not None:
            raise ConflictError(
                "demo-service-ended",
                "Le service de démonstration s'est arrêté : son message est au-dessus.",
                "The demonstration service has stopped: see its message above.",
            )
        try:
            return httpx2.get(f"{address}/readyz").status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    _wait_for(ready, READY_SECONDS_MAX)


def _first_import(database: Database, made: Demo) -> int:
    """Import the sample through the HTTP API unless an earlier start has; return its status."""
    import httpx2

    if _already_imported(database):
        return Status.DONE
    routes = f"{made.address}/loop-api-publiques"
    with httpx2.Client(headers={"x-apikey": made.key}) as client:
        body = {"codeIbs": DOSSIER, "URL": made.file_url}
        answer = client.post(f"{routes}/importFEC", json=body).raise_for_status().json()
        asked = {"accountingImportRequestId": answer["accountingImportRequestId"]}
        seen: list[int] = []

        def ended() -> bool:
            seen.append(client.get(f"{routes}/getImportStatus", params=asked).json()["status"])
            return seen[-1] in (Status.DONE, Status.ENDED_WITH_ERROR)

        _wait_for(ended, IMPORT_SECONDS_MAX)
    return seen[-1]


def _already_imported(database: Database) -> bool:
    from ecritures.imports.queries import ImportFilter, list_imports

    return bool(list_imports(database, None, ImportFilter(DOSSIER, Status.DONE), 1).items)


def _wait_for(condition: Callable[[], bool], seconds_max: int) -> None:
    import time

    clock = SystemClock()
    start = clock.now()
    while not condition():
        if (clock.now() - start).total_seconds() > seconds_max:
            raise ConflictError(
                "demo-too-slow",
                f"Rien n'est venu en {seconds_max} secondes : « ecritures doctor » aidera.",
                f"No answer in {seconds_max} seconds: run “ecritures doctor”.",
            )
        time.sleep(LOOK_SECONDS)


def _shape(made: Demo, status: int) -> dict[str, Any]:
    return {
        "page": f"{made.address}/",
        "apiKey": made.key,
        "dossier": DOSSIER,
        "status": int(status),
        "curl": made.curl,
    }


def _for_people(made: Demo, status: int, out: Output) -> Iterator[str]:
    yield ""
    if status == Status.DONE:
        yield out.say(
            f"Le fichier d'exemple est dans le grand livre du dossier {DOSSIER}.",
            f"The sample file is in the ledger of dossier {DOSSIER}.",
        )
    else:
        yield out.say(
            "L'import du fichier d'exemple a échoué : « ecritures history » dit pourquoi.",
            "The import of the sample file has failed: “ecritures history” shows why.",
        )
    yield ""
    yield f"{out.say('Page', 'Page')} :  {made.address}/"
    yield out.say(
        "        (sur cette machine seulement, vous y êtes connecté sans mot de passe)",
        "        (on this machine only, you are signed in without a password)",
    )
    yield f"{out.say('Clé', 'Key')}  :  {made.key}"
    yield out.say(
        "Essayez (le fichier est vérifié, rien n'est ajouté au grand livre) :",
        "Try this (the file is checked, nothing is added to the ledger):",
    )
    yield f"  {made.curl}"
    yield ""
    yield out.say("Ctrl-C arrête le service.", "Ctrl-C stops the service.")

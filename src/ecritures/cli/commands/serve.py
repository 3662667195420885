"""`ecritures serve`: the HTTP API, and the runner of the imports in the same process."""

from __future__ import annotations

import math
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.resources import tune_gc
from ecritures.cli.support.signals import interrupt_on_signals
from ecritures.cli.support.startup import running
from ecritures.core.errors import ConflictError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ecritures.config.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "serve",
        help=say(
            "Ouvre le service : l'API HTTP, et l'exécution des imports.",
            "Starts the service: the HTTP API, and the runner of the imports.",
        ),
        epilog=example("ecritures serve --port 8000 --data-dir ./data"),
    )(serve)


def serve(
    host: Annotated[
        str | None, typer.Option(help=say("Adresse d'écoute.", "Address to listen on."))
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help=say("Port.", "Port."))] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help=say("Dossier des données.", "Data folder."))
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Serve until a signal to stop arrives."""
    out = Output(as_json, lang)
    settings = open_settings(host=host, port=port, data_dir=data_dir)
    stopped = interrupt_on_signals()
    with listen(settings.host, settings.port) as listener:
        address = f"http://{settings.host}:{listener.getsockname()[1]}"
        try:
            _serve(settings, listener, stopped, lambda: _announce(out, address, settings))
        except KeyboardInterrupt:
            out.note(out.say("Service arrêté.", "Service stopped."))


def _serve(
    settings: Settings,
    listener: socket.socket,
    stopped: threading.Event,
    ready: Callable[[], None],
) -> None:
    with running(settings, "ecritures-api") as (database, runner):
        import uvicorn

        from ecritures.api.app import create_app

        app = create_app(settings, database, runner.wake)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=math.ceil(settings.stop_seconds_max),
        )
        tune_gc()
        ready()
        if not stopped.is_set():
            uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Bind the port, before anything else starts.

    Raises:
        ConflictError: It is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
        # asyncio only does this for sockets it creates. Without it an answer, which is sent in two
        # parts, waits forty milliseconds for the acknowledgement of the first one.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConflictError(
            "port-taken",
            f"Le port {port} de {host} n'est pas libre ({reason}) : "
            "choisissez-en un autre par --port ou ECRITURES_PORT.",
            f"Port {port} of {host} is not available ({reason}): "
            "choose another with --port or ECRITURES_PORT.",
        ) from error
    return listener


def _announce(out: Output, address: str, settings: Settings) -> None:
    out.show(
        {"address": address, "dataDir": str(settings.data_dir.resolve())},
        lambda: [
            out.say(f"Écritures écoute sur {address}", f"Écritures is listening on {address}")
        ],
    )

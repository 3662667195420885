"""`ecritures serve`: the HTTP API, and the runner of the imports in the same process."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.resources import limit_threads
from ecritures.cli.support.signals import interrupt_on_signals
from ecritures.cli.support.startup import readers, running
from ecritures.core.errors import ConflictError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.directory.sign_in import SignedIn
    from ecritures.sandbox.forcing import Sandbox

PREVIEWS_MAX = 2
"""Files read at once for callers that wait for the answer."""


BACKLOG = 2048
"""Connections that the system keeps until they are accepted."""


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
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox",
            help=say(
                "Bac à sable : un cabinet d'essai et des résultats à forcer, pour mettre un client"
                " à l'épreuve.",
                "Sandbox: a firm to try a client with, and outcomes to force.",
            ),
        ),
    ] = False,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Serve until a signal to stop arrives."""
    out = Output(as_json, lang)
    stopped = interrupt_on_signals()
    with ExitStack() as folder:
        if sandbox:
            from ecritures.cli.support.sandbox_service import sandbox_settings

            settings = sandbox_settings(folder, host, port, data_dir)
        else:
            settings = open_settings(host=host, port=port, data_dir=data_dir)
        with bind(settings.host, settings.port) as listener:
            address = f"http://{settings.host}:{listener.getsockname()[1]}"
            try:
                if sandbox:
                    _serve_sandbox(out, address, settings, listener, stopped)
                else:
                    serve_on(settings, listener, stopped, lambda: _announce(out, address, settings))
            except KeyboardInterrupt:
                out.note(out.say("Service arrêté.", "Service stopped."))


def _serve_sandbox(
    out: Output,
    address: str,
    settings: Settings,
    listener: socket.socket,
    stopped: threading.Event,
) -> None:
    from ecritures.cli.support.sandbox_service import announce_sandbox, prepare_sandbox

    limit_threads(settings)
    from ecritures.sandbox.forcing import Sandbox

    keys = prepare_sandbox(settings)
    ready = partial(announce_sandbox, out, address, keys)
    serve_on(settings, listener, stopped, ready, sandbox=Sandbox())


def serve_on(
    settings: Settings,
    listener: socket.socket,
    stopped: threading.Event,
    ready: Callable[[], None],
    visitor_of: Callable[[Database], SignedIn | None] = lambda _database: None,
    sandbox: Sandbox | None = None,
) -> None:
    """Serve on a socket until a signal to stop arrives.

    Args:
        settings: The operator's choices.
        listener: Bound, not yet listening.
        stopped: Set by the signal.
        ready: Called once connections are accepted.
        visitor_of: Tells who anybody on this machine is signed in as: for the demonstration alone.
        sandbox: Forces the outcomes that callers ask for.
    """
    adapt = sandbox.adapt if sandbox else None
    with running(settings, "ecritures-api", adapt=adapt) as (database, runner):
        from ecritures.api.http.server import make_server
        from ecritures.processes.collector import tune_gc
        from ecritures.web.app import create_app

        previews = readers(settings, PREVIEWS_MAX, settings.preview_seconds_max)
        visitor = visitor_of(database.for_all_domains())
        app = create_app(settings, database, runner.wake, previews, visitor=visitor)
        server = sandbox.make_server(app, settings) if sandbox else make_server(app, settings)
        tune_gc()
        _warn_of_unknown_address(settings)
        start_listening(listener)
        ready()
        if not stopped.is_set():
            server.run(sockets=[listener])


def _warn_of_unknown_address(settings: Settings) -> None:
    if settings.public_url or settings.host in {"127.0.0.1", "::1", "localhost"}:
        return
    import structlog

    structlog.get_logger().warning(
        "ECRITURES_PUBLIC_URL is not set: the links given to callers follow the Host of their"
        " request, which a proxy in front must check"
    )


def bind(host: str, port: int) -> socket.socket:
    """Take the port, before anything else starts.

    Connections are refused until the service is ready: an accepted one would be left in silence.

    Raises:
        ConflictError: It is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        # asyncio only does this for sockets it creates. Without it an answer, which is sent in two
        # parts, waits forty milliseconds for the acknowledgement of the first one.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        listener.close()
        raise _port_taken(host, port, error) from error
    return listener


def start_listening(listener: socket.socket) -> None:
    """Accept connections from now on.

    Raises:
        ConflictError: Another process has taken the port meanwhile.
    """
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _port_taken(host, port, error) from error


def _port_taken(host: str, port: int, error: OSError) -> ConflictError:
    reason = error.strerror or type(error).__name__
    return ConflictError(
        "port-taken",
        f"Le port {port} de {host} n'est pas libre ({reason}) : "
        "choisissez-en un autre par --port ou ECRITURES_PORT.",
        f"Port {port} of {host} is not available ({reason}): "
        "choose another with --port or ECRITURES_PORT.",
    )


def _announce(out: Output, address: str, settings: Settings) -> None:
    out.show(
        {"address": address, "dataDir": str(settings.data_dir.resolve())},
        lambda: [
            out.say(f"Écritures écoute sur {address}", f"Écritures is listening on {address}")
        ],
    )

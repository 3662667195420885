"""`ecritures worker`: one of any number of processes that run imports on PostgreSQL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.language import say
from ecritures.cli.support.opening import open_settings
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.resources import limit_threads, tune_gc
from ecritures.cli.support.signals import interrupt_on_signals
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from ecritures.config.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "worker",
        help=say(
            "Exécute des imports, à côté d'autres, sur une base PostgreSQL partagée.",
            "Runs imports, beside others, on a shared PostgreSQL database.",
        ),
        epilog=example("ecritures worker --concurrency 4"),
    )(worker)


def worker(
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=64, help=say("Imports à la fois.", "Imports at once.")),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Work until told to stop; what runs then is finished first."""
    out = Output(as_json, lang)
    given = {"runner_imports_max": concurrency} if concurrency else {}
    settings = open_settings(**given)
    stopped = interrupt_on_signals()
    try:
        _work(settings, out, stopped)
    except KeyboardInterrupt:
        out.note(out.say("Exécutant arrêté.", "Worker stopped."))


def _work(settings: Settings, out: Output, stopped: threading.Event) -> None:
    limit_threads(settings)
    from ecritures.config.logs import configure_logs
    from ecritures.config.traces import configure_traces
    from ecritures.database.migrate import migrate
    from ecritures.imports.dependencies import Dependencies
    from ecritures.worker.runner import Runner

    configure_logs(settings.log_format, settings.log_level)
    configure_traces("ecritures-worker")
    deps = Dependencies.open(settings)
    if not deps.database.is_shared:
        raise RefusedRequestError(
            "worker-needs-postgresql",
            "Un exécutant à part demande ECRITURES_DATABASE_URL=postgresql://… ; "
            "avec SQLite, « ecritures serve » exécute lui-même les imports.",
            "A separate worker needs ECRITURES_DATABASE_URL=postgresql://…; "
            "with SQLite, “ecritures serve” runs the imports itself.",
        )
    migrate(deps.database)
    runner = Runner(deps)
    try:
        tune_gc()
        runner.start()
        out.show(
            {"concurrency": settings.runner_imports_max},
            lambda: [
                out.say(
                    f"Exécutant prêt : {settings.runner_imports_max} imports à la fois.",
                    f"Worker ready: {settings.runner_imports_max} imports at once.",
                )
            ],
        )
        stopped.wait()
    finally:
        runner.stop()

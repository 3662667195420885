"""`ecritures worker`: one of any number of processes that run imports on PostgreSQL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.signals import interrupt_on_signals
from ecritures.cli.support.startup import running

if TYPE_CHECKING:
    from ecritures.config.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "worker",
        help=say(
            "Exécute des imports, à côté d'autres, sur une base PostgreSQL partagée.",
            "Runs imports from a PostgreSQL database shared with other workers.",
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
    """Work until a signal to stop arrives; running imports are finished first."""
    out = Output(as_json, lang)
    given = {"runner_imports_max": concurrency} if concurrency else {}
    settings = open_settings(**given)
    stopped = interrupt_on_signals()
    try:
        _work(settings, out, stopped)
    except KeyboardInterrupt:
        out.note(out.say("Exécutant arrêté.", "Worker stopped."))


def _work(settings: Settings, out: Output, stopped: threading.Event) -> None:
    with running(settings, "ecritures-worker", shared=True):
        from ecritures.processes.collector import tune_gc

        tune_gc()
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

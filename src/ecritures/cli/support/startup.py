"""The start-up that `serve` and `worker` share."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ecritures.cli.support.resources import limit_threads
from ecritures.config.folders import PRIVATE_UMASK
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.imports.dependencies import Dependencies
    from ecritures.processes import Executor
    from ecritures.worker.runner import Runner

PRELOAD = "ecritures.worker.preload"


def readers(settings: Settings, size: int, patience_seconds: float | None = None) -> Executor:
    """Return what reads files, in child processes.

    Args:
        settings: The operator's choices.
        size: How many files at once.
        patience_seconds: How long a caller waits for its turn; None: for ever.
    """
    from ecritures.processes import ProcessExecutor

    return ProcessExecutor(settings, size, preload=PRELOAD, patience_seconds=patience_seconds)


def forked_reader(settings: Settings) -> Executor:
    """Return what reads one file at a time, in a copy of this process.

    Call it before this process has threads or connections, which a copy must not share.
    """
    import ecritures.imports.execution.attempt  # noqa: F401 - so that the copy has it
    from ecritures.processes import ProcessExecutor

    quiet = settings.model_copy(update={"log_level": "warning", "log_format": "console"})
    return ProcessExecutor(quiet, 1, preload=PRELOAD, method="fork")


@contextmanager
def running(
    settings: Settings,
    service_name: str,
    *,
    shared: bool = False,
    adapt: Callable[[Dependencies], Dependencies] | None = None,
) -> Iterator[tuple[Database, Runner]]:
    """Configure logs and traces, open and migrate the database, and run imports meanwhile.

    Args:
        settings: The operator's choices.
        service_name: The name of this process in traces.
        shared: Whether the database must be one that several processes can share.
        adapt: Changes what imports need, in a sandbox.

    Raises:
        RefusedRequestError: The database cannot be shared.
    """
    limit_threads(settings)
    reading = max(settings.runner_imports_max, 1)
    os.umask(PRIVATE_UMASK)
    from ecritures.config.logs import configure_logs
    from ecritures.config.traces import configure_traces
    from ecritures.database.migrate import migrate
    from ecritures.imports.dependencies import Dependencies
    from ecritures.worker.runner import Runner

    configure_logs(settings.log_format, settings.log_level)
    configure_traces(service_name)
    deps = replace(Dependencies.open(settings), executor=readers(settings, reading))
    if adapt is not None:
        deps = adapt(deps)
    if shared and not deps.database.is_shared:
        raise RefusedRequestError(
            "worker-needs-postgresql",
            "Un exécutant à part demande ECRITURES_DATABASE_URL=postgresql://… ; "
            "avec SQLite, « ecritures serve » exécute lui-même les imports.",
            "A separate worker needs ECRITURES_DATABASE_URL=postgresql://…; "
            "with SQLite, “ecritures serve” runs the imports itself.",
        )
    runner = Runner(deps)
    try:
        migrate(deps.database)
        runner.start()
        yield deps.database, runner
    finally:
        runner.stop()
        deps.close()

"""A progress bar on a terminal; Rich is imported only when the bar is shown."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.cli.support.output import Output


@contextmanager
def bar(out: Output, label: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """Show a bar during an operation; yield a function that updates it: label, done, total."""
    if not out.shows_progress:
        yield lambda _label, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda text, done, total: progress.update(
            task, description=text, completed=done, total=total
        )

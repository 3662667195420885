"""Show what prevents an act on the ledger, before the command ends with its sentence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecritures.app.views.undo import RefusalView
    from ecritures.cli.support.output import Output


@contextmanager
def showing_refusals(out: Output) -> Iterator[None]:
    """Write why an act is refused on standard output: as JSON, or the entries, kind by kind."""
    try:
        yield
    except ConflictError as error:
        from ecritures.app.views.undo import refusal_view

        view = refusal_view(error)
        out.show(view, lambda: _for_people(view, out))
        raise


def _for_people(view: RefusalView, out: Output) -> Iterable[str]:
    for blocker in view["blockers"]:
        yield f"{blocker['kind']} : {blocker['count']}"
        for entry in blocker["entries"]:
            yield f"  {entry['journal']} {entry['number']}  {entry['date']}  {entry['id']}"
        for account in blocker.get("accounts", ()):
            yield f"  {account}"
        shown = len(blocker["entries"]) + len(blocker.get("accounts", ()))
        if 0 < shown < blocker["count"]:
            yield out.say("  …", "  …")

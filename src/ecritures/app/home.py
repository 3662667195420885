"""What a firm looks at first: imports under way, those that need somebody, its dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ecritures.app.views.dossiers import dossier_view
from ecritures.app.views.imports import import_view
from ecritures.database.paging import Page
from ecritures.directory.dossiers import dossiers_of_ids, names_of_dossiers, page_dossiers
from ecritures.directory.people import names_of_assigned
from ecritures.imports.queries import ImportFilter, list_attempts_of, list_imports
from ecritures.imports.read.attention import ATTENTION
from ecritures.imports.read.delays import with_delays
from ecritures.imports.read.overview import (
    count_since,
    count_unfinished,
    dossiers_by,
    last_imports,
    list_needing_attention,
    list_unfinished,
    recent_dossiers,
)
from ecritures.imports.request import Status
from ecritures.ledger.read.last_entry_dates import last_entry_dates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from ecritures.app.views.dossiers import DossierView
    from ecritures.app.views.imports import ImportView
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportState
    from ecritures.imports.read.overview import Outcome, Progress

SILENT = timedelta(days=30)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a list, and its last import."""

    dossier: DossierView
    last: ImportView | None


@dataclass(frozen=True, slots=True)
class DossierDetails(DossierRow):
    """The same, with what a list of dossiers is read for.

    Attributes:
        followed_by: The names of its collaborators.
        last_entry_date: The date of its last entry.
        silent_days: How long ago the last import was asked for; None: not long, or there is none.
    """

    followed_by: list[str]
    last_entry_date: date | None
    silent_days: int | None


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a firm.

    Attributes:
        counts: How many imports were asked for today, by what has become of them.
        attention: Those that somebody has to look at, newest first.
        unfinished: Those that run or wait.
        latest: The last ones.
        dossiers: Those imported into last; others by code where there are few.
        names: What the dossiers of these imports are called, by code.
    """

    counts: Mapping[Outcome, int]
    attention: list[ImportView]
    unfinished: Unfinished
    latest: list[ImportView]
    dossiers: list[DossierRow]
    names: Mapping[str, str]

    @property
    def has_dossiers(self) -> bool:
        """Whether the caller may see any dossier."""
        return bool(self.dossiers)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The imports that run or wait.

    Attributes:
        imports: The first ones.
        count: How many there are in all.
        names: What their dossiers are called, by code.
    """

    imports: list[ImportView]
    count: int
    names: Mapping[str, str]


def show_unfinished(database: Database, caller: Caller) -> Unfinished:
    """Return the imports that run or wait."""
    found = list_unfinished(database, caller, SHOWN)
    count = count_unfinished(database, caller) if len(found) == SHOWN else len(found)
    return Unfinished(
        views_of(database, with_delays(database, found)),
        count,
        dossier_names(database, caller.domain_id, {one.dossier for one in found}),
    )


def show_home(database: Database, caller: Caller, midnight: datetime) -> Home:
    """Return the home of a firm; `midnight`: when the reader's day began."""
    since = database.clock.now() - ATTENTION
    latest = list_imports(database, caller, ImportFilter(), SHOWN).items
    recent = latest_dossiers(database, caller, SHOWN)
    attention = list_needing_attention(database, caller, since, SHOWN)
    codes = {one.dossier for one in (*attention, *latest)}
    return Home(
        counts=count_since(database, caller, midnight),
        attention=views_of(database, attention),
        unfinished=show_unfinished(database, caller),
        latest=views_of(database, latest),
        dossiers=dossier_rows(database, caller, recent),
        names=dossier_names(database, caller.domain_id, codes),
    )


def latest_dossiers(database: Database, caller: Caller, limit: int) -> list[Dossier]:
    """Return the dossiers imported into last, then others by code."""
    recent = dossiers_of_ids(database, caller.domain_id, recent_dossiers(database, caller, limit))
    if len(recent) < limit:
        known = {one.id for one in recent}
        others = page_dossiers(database, caller.domain_id, caller.dossier_ids, limit).items
        recent += [one for one in others if one.id not in known][: limit - len(recent)]
    return recent


@dataclass(frozen=True, slots=True)
class Queue:
    """The imports of a firm that have not ended.

    Attributes:
        running: Those that run, the oldest first.
        next: Those that wait for their turn, in the order in which they run.
        retrying: Those that are tried again later, the soonest first.
        count: How many there are, shown or not.
    """

    running: list[ImportView]
    next: list[ImportView]
    retrying: list[ImportView]
    count: int


def show_queue(database: Database, caller: Caller, limit: int) -> Queue:
    """Return the queue of a firm, of at most `limit` imports."""
    states = with_delays(database, list_unfinished(database, caller, limit))
    now = database.clock.now()
    running = [one for one in states if one.status is Status.RUNNING]
    later = [one for one in states if one.status is Status.WAITING and one.due_at > now]
    due = [one for one in states if one.status is Status.WAITING and one.due_at <= now]
    return Queue(
        running=views_of(database, running),
        next=views_of(database, due),
        retrying=views_of(database, sorted(later, key=lambda one: one.due_at)),
        count=count_unfinished(database, caller),
    )


def dossier_names(database: Database, domain_id: int, codes: Collection[str]) -> dict[str, str]:
    """Return what dossiers are called, by code: the code itself where one has no name."""
    with database.read() as connection:
        found = names_of_dossiers(connection, domain_id, codes)
    return {code: found.get(code) or code for code in codes}


def dossier_rows(
    database: Database, caller: Caller, dossiers: Sequence[Dossier]
) -> list[DossierRow]:
    """Return dossiers with the last import of each."""
    last = last_imports(database, caller, [one.id for one in dossiers])
    views = dict(zip(last, views_of(database, list(last.values())), strict=True))
    return [DossierRow(dossier_view(one, caller.domain), views.get(one.id)) for one in dossiers]


def list_of_dossiers(  # noqa: PLR0913 - a page, and which dossiers
    database: Database,
    caller: Caller,
    limit: int,
    after: tuple[str] | None,
    *,
    text: str = "",
    progress: Progress | None = None,
) -> Page[DossierDetails]:
    """Return a page of dossiers, by code; `text`: a part of their code, name or SIREN."""
    domain_id, now = caller.domain_id, database.clock.now()
    where = dossiers_by(progress, domain_id, now, SILENT) if progress else None
    page = page_dossiers(
        database, domain_id, caller.dossier_ids, limit, after, text=text, where=where
    )
    ids = [one.id for one in page.items]
    days = last_entry_dates(database, domain_id, ids)
    with database.read() as connection:
        names = names_of_assigned(connection, domain_id, ids)
    rows = dossier_rows(database, caller, page.items)
    details = [
        DossierDetails(
            row.dossier, row.last, names[number], days.get(number), _silent_days(row.last, now)
        )
        for number, row in zip(ids, rows, strict=True)
    ]
    return Page(details, page.next_key)


def _silent_days(last: ImportView | None, now: datetime) -> int | None:
    if last is None or (since := now - datetime.fromisoformat(last["createdAt"])) < SILENT:
        return None
    return since.days


def views_of(database: Database, states: Sequence[ImportState]) -> list[ImportView]:
    """Return imports as JSON, without the disruptions that held them up."""
    attempts = list_attempts_of(database, states)
    return [import_view(state, attempts[state.id]) for state in states]

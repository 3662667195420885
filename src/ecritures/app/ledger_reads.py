"""What can be read in a ledger: pages as JSON, and whole reads as tables."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from ecritures.app.cursors import Pin, read_pinned_cursor, refuse_cursor
from ecritures.app.ledger_tables import (
    table_of_codes,
    table_of_entries,
    table_of_groups,
    table_of_journals,
    table_of_ledger,
    table_of_lines,
    table_of_sections,
)
from ecritures.app.queries import find_dossier
from ecritures.app.views import ledger_reads as views
from ecritures.app.views.lettering import group_page
from ecritures.app.views.sections import section_page
from ecritures.core.errors import NotFoundError
from ecritures.core.folding import fold
from ecritures.database.paging import Page
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.entry_list import get_entry, page_entries, stream_entries
from ecritures.ledger.read.filter_texts import FilterError, FilterTexts, parse_filter
from ecritures.ledger.read.general_ledger import GeneralLedger, LedgerKey
from ecritures.ledger.read.journals import (
    CodeTotals,
    read_accounts,
    read_calendars,
    read_journals,
    read_third_parties,
)
from ecritures.ledger.read.lettering import page_groups, stream_groups
from ecritures.ledger.read.line_rows import page_lines, stream_lines
from ecritures.ledger.read.search import page_found, stream_found
from ecritures.ledger.read.sections import read_sections
from ecritures.ledger.read.snapshot import open_snapshot
from ecritures.reports.tables.content import Title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.app.views.lettering import GroupPage
    from ecritures.app.views.sections import SectionPage
    from ecritures.core.sentences import Language
    from ecritures.database import Database
    from ecritures.database.paging import Key
    from ecritures.directory.keys import Caller
    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.journals import JournalCalendar
    from ecritures.ledger.read.snapshot import Snapshot
    from ecritures.reports.tables.content import Table

T = TypeVar("T")
_ENTRY = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


class ReadName(StrEnum):
    """What is read."""

    LINES = "lines"
    ENTRIES = "entries"
    JOURNALS = "journals"
    ACCOUNTS = "accounts"
    THIRD_PARTIES = "third-parties"
    SECTIONS = "sections"
    LEDGER = "ledger"
    LETTERING = "lettering"
    SEARCH = "search"


_TITLES = {
    ReadName.LINES: Title("lignes", "Lignes", "Lines"),
    ReadName.ENTRIES: Title("ecritures", "Écritures", "Entries"),
    ReadName.JOURNALS: Title("journaux", "Journaux", "Journals"),
    ReadName.ACCOUNTS: Title("comptes", "Comptes", "Accounts"),
    ReadName.THIRD_PARTIES: Title("tiers", "Tiers", "Third parties"),
    ReadName.SECTIONS: Title("sections", "Sections analytiques", "Analytic sections"),
    ReadName.LEDGER: Title("grand-livre", "Grand livre", "General ledger"),
    ReadName.LETTERING: Title("lettrages", "Lettrages", "Lettering"),
    ReadName.SEARCH: Title("recherche", "Recherche", "Search"),
}
_OPENING = Title("opening", "Solde d'ouverture", "Opening balance")


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What every read has.

    Attributes:
        database: The firm's.
        caller: Who asks.
        code: That of the dossier.
        given: The filter as written.
        limit: How many items a page has.
        cursor: That of the page before; None: the first page.
        text: What is searched for.
        at: The day to begin with, in the ledger of an account.
        is_open: Whether groups of lettered lines do not balance; None: both.
    """

    database: Database
    caller: Caller
    code: str
    given: FilterTexts = field(default_factory=FilterTexts)
    limit: int = 50
    cursor: str | None = None
    text: str = ""
    at: date | None = None
    is_open: bool | None = None


def show_lines(request: ReadRequest) -> views.LinePage:
    """Return a page of lines as JSON.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
        RefusedRequestError: The filter or the cursor cannot be understood.
        GoneError: The revision can no longer be read.
    """

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.LinePage:
        page = page_lines(Conditions(snapshot, wanted), request.limit, after)
        return views.line_page(snapshot, page, pin)

    return _read(request, ReadName.LINES, (date, int, int), read)


def show_entries(request: ReadRequest) -> views.EntryPage:
    """Return a page of entries as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.EntryPage:
        page = page_entries(Conditions(snapshot, wanted), request.limit, after)
        return views.entry_page(snapshot, page, pin)

    return _read(request, ReadName.ENTRIES, (date, int, int), read)


def show_entry(request: ReadRequest, name: str) -> views.OneEntryView:
    """Return an entry as JSON; `name`: `batch-entry` (raises as `show_lines`).

    Raises:
        NotFoundError: The entry is not in the ledger at that revision.
    """
    place = _ENTRY.fullmatch(name)
    if place is None:
        raise NotFoundError(
            "entry-name",
            f"« {name} » n'est pas une écriture : écrivez lot-écriture, comme 91631441-2.",
            f"“{name}” is not an entry: write batch-entry, as in 91631441-2.",
        )

    def read(snapshot: Snapshot, _wanted: Filter, _: Key | None, _pin: Pin) -> views.OneEntryView:
        found = get_entry(snapshot, int(place[1]), int(place[2]))
        return views.one_entry_view(snapshot, found)

    return _read(request, ReadName.ENTRIES, (), read)


def show_journals(request: ReadRequest) -> views.JournalPage:
    """Return a page of journals as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.JournalPage:
        found = read_journals(Conditions(snapshot, wanted))
        return views.journal_page(snapshot, _part(found, request.limit, after), pin)

    return _read(request, ReadName.JOURNALS, (str,), read)


def read_journal_calendars(request: ReadRequest) -> dict[str, JournalCalendar]:
    """Return when the entries of each journal are dated, by its code (raises as `show_lines`)."""
    return _read(
        request,
        ReadName.JOURNALS,
        (),
        lambda snapshot, wanted, _, __: read_calendars(Conditions(snapshot, wanted)),
    )


def show_accounts(request: ReadRequest) -> views.CodePage:
    """Return a page of accounts as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.CodePage:
        found = read_accounts(Conditions(snapshot, wanted))
        return views.code_page(snapshot, _part(found, request.limit, after), pin)

    return _read(request, ReadName.ACCOUNTS, (str,), read)


def show_third_parties(request: ReadRequest) -> views.CodePage:
    """Return a page of third parties as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.CodePage:
        found = read_third_parties(Conditions(snapshot, wanted))
        return views.code_page(snapshot, _part(found, request.limit, after), pin)

    return _read(request, ReadName.THIRD_PARTIES, (str,), read)


def show_sections(request: ReadRequest) -> SectionPage:
    """Return a page of analytic sections as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> SectionPage:
        found = read_sections(Conditions(snapshot, wanted))
        left = [one for one in found if after is None or one.place > after]
        more = left[request.limit - 1].place if len(left) > request.limit else None
        return section_page(snapshot, Page(left[: request.limit], more), pin)

    return _read(request, ReadName.SECTIONS, (str, str), read)


def show_ledger(request: ReadRequest) -> views.LedgerPage:
    """Return a page of the general ledger as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.LedgerPage:
        key = LedgerKey(*after) if after is not None else None
        page = GeneralLedger(snapshot, wanted).page(request.limit, key, request.at)
        return views.ledger_page(snapshot, wanted, page, pin)

    return _read(request, ReadName.LEDGER, (str, date, int, int), read)


def show_found(request: ReadRequest) -> views.LinePage:
    """Return a page of the lines that a search finds as JSON (raises as `show_lines`)."""
    text = _searched(request.text)

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> views.LinePage:
        page = page_found(snapshot, wanted, text, request.limit, after)
        return views.line_page(snapshot, page, pin)

    return _read(request, ReadName.SEARCH, (date, int, int), read)


def show_lettering(request: ReadRequest) -> GroupPage:
    """Return a page of groups of lettered lines as JSON (raises as `show_lines`)."""

    def read(snapshot: Snapshot, wanted: Filter, after: Key | None, pin: Pin) -> GroupPage:
        page = page_groups(snapshot, wanted, request.limit, after, is_open=request.is_open)
        return group_page(snapshot, page, pin)

    return _read(request, ReadName.LETTERING, (str, str, str, int, str, str), read)


@contextmanager
def open_table(request: ReadRequest, name: ReadName, language: Language) -> Iterator[Table]:
    """Open a whole read as a table: its rows are read while it is open (raises as `show_lines`).

    Args:
        request: Its limit does not matter.
        name: What is read.
        language: Of labels that no line has.

    Raises:
        RefusedRequestError: It has a cursor: a file has every row.
    """
    refuse_cursor(request.cursor)
    text = _searched(request.text) if name is ReadName.SEARCH else ""
    dossier = find_dossier(request.database, request.caller, request.code)
    wanted = parse_filter(request.given, dossier)
    with open_snapshot(request.database, dossier, wanted.revision) as snapshot:
        conditions, title = Conditions(snapshot, wanted), _TITLES[name]
        if name is ReadName.LINES:
            yield table_of_lines(title, stream_lines(conditions))
        elif name is ReadName.ENTRIES:
            yield table_of_entries(title, stream_entries(conditions))
        elif name is ReadName.JOURNALS:
            yield table_of_journals(title, read_journals(conditions))
        elif name is ReadName.ACCOUNTS:
            yield table_of_codes(title, read_accounts(conditions))
        elif name is ReadName.THIRD_PARTIES:
            yield table_of_codes(title, read_third_parties(conditions))
        elif name is ReadName.SECTIONS:
            yield table_of_sections(title, read_sections(conditions))
        elif name is ReadName.LEDGER:
            held = GeneralLedger(snapshot, wanted).accounts()
            yield table_of_ledger(title, held, _OPENING.text(language))
        elif name is ReadName.LETTERING:
            groups = stream_groups(snapshot, wanted, is_open=request.is_open)
            yield table_of_groups(title, groups)
        else:
            yield table_of_lines(title, stream_found(snapshot, wanted, text))


def _read(
    request: ReadRequest,
    name: ReadName,
    key: tuple[type, ...],
    read: Callable[[Snapshot, Filter, Key | None, Pin], T],
) -> T:
    """Read one page of a list at the revision of its cursor, or of its filter."""
    dossier = find_dossier(request.database, request.caller, request.code)
    wanted = parse_filter(request.given, dossier)
    listed = f"{dossier.id}/{name}/{' '.join(fold(request.text).split())}/{request.is_open}"
    wanted, after = read_pinned_cursor(request.cursor, wanted, listed, *key)
    with open_snapshot(request.database, dossier, wanted.revision) as snapshot:
        pinned = replace(wanted, revision=snapshot.revision)
        return read(snapshot, pinned, after, Pin(snapshot.revision, wanted.digest(listed)))


def _part(found: list[CodeTotals], limit: int, after: Key | None) -> Page[CodeTotals]:
    left = [one for one in found if after is None or one.code > after[0]]
    return Page(left[:limit], (left[limit - 1].code,) if len(left) > limit else None)


def _searched(text: str) -> str:
    if not text.strip():
        raise FilterError(
            "q",
            "search-empty",
            "q : dites ce que vous cherchez : mots, pièce, montant, compte ou date.",
            "q: say what to look for: words, a document, an amount, an account or a date.",
        )
    return text

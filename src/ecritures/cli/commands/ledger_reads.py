"""`ecritures entries`, `lines`, `journal`, `account`, `third-party`, `section` and others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.connect import open_dossier
from ecritures.cli.support.filter_options import with_filter
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, Cursor, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, note_next
from ecritures.cli.support.read_tables import (
    entry_rows,
    journal_rows,
    ledger_rows,
    line_rows,
    section_rows,
    total_rows,
)
from ecritures.cli.support.table_files import Form, ToFile, check_form, write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecritures.ledger.read.filter_texts import FilterTexts

Limit = Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command, fr, en, line in (
        ("entries", entries, "Liste les écritures d'un dossier, avec leurs lignes.",
         "Lists the entries of a dossier with their lines.", "--journal VE --number 118"),
        ("lines", lines, "Liste les lignes d'un dossier.", "Lists the lines of a dossier.",
         "--account '411*' --lettering unlettered"),
        ("journal", journal, "Liste les journaux d'un dossier et leurs totaux.",
         "Lists the journals of a dossier and their totals.", "--year 2024"),
        ("account", account, "Liste les comptes d'un dossier et leurs totaux.",
         "Lists the accounts of a dossier and their totals.", "--account 4"),
        ("third-party", third_party, "Liste les tiers d'un dossier et leurs totaux.",
         "Lists the third parties of a dossier and their totals.", "--account '411*'"),
        ("section", section, "Liste les sections analytiques d'un dossier et leurs totaux.",
         "Lists the analytic sections of a dossier and their totals.", "--account 6 --year 2024"),
        ("ledger", ledger, "Donne le grand livre d'un dossier, avec les soldes progressifs.",
         "Shows the general ledger of a dossier, with running balances.",
         "--account '411*' --year 2024 -o grand-livre.xlsx"),
    ):  # fmt: skip
        epilog = example(f"ecritures {name} --dossier CEGID003 {line}")
        app.command(name, help=say(fr, en), epilog=epilog)(command)
    app.command(
        "search",
        help=say(
            "Cherche des mots, une pièce, un montant, un compte ou une date dans un dossier.",
            "Looks for words, a document, an amount, an account or a date in a dossier.",
        ),
        epilog=example("ecritures search 'loyer mars' --dossier CEGID003"),
    )(search)


@with_filter
def entries(
    given: FilterTexts,
    dossier: DossierCode,
    limit: Limit = 50,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List entries."""
    options = {"limit": limit, "cursor": cursor}
    _show("entries", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


@with_filter
def lines(
    given: FilterTexts,
    dossier: DossierCode,
    limit: Limit = 50,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List lines."""
    options = {"limit": limit, "cursor": cursor}
    _show("lines", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


@with_filter
def journal(
    given: FilterTexts,
    dossier: DossierCode,
    limit: Limit = 1000,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List journals."""
    options = {"limit": limit, "cursor": cursor}
    _show("journals", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


@with_filter
def account(
    given: FilterTexts,
    dossier: DossierCode,
    limit: Limit = 1000,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List accounts."""
    options = {"limit": limit, "cursor": cursor}
    _show("accounts", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


@with_filter
def third_party(
    given: FilterTexts,
    dossier: DossierCode,
    limit: Limit = 1000,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List third parties."""
    options = {"limit": limit, "cursor": cursor}
    out = Output(as_json, lang)
    _show("third-parties", given, (dossier, domain), options, (output, as_), out)


@with_filter
def section(
    given: FilterTexts,
    dossier: DossierCode,
    limit: Limit = 1000,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List analytic sections."""
    options = {"limit": limit, "cursor": cursor}
    _show("sections", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


@with_filter
def ledger(
    given: FilterTexts,
    dossier: DossierCode,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="AAAA-MM-JJ",
            help=say("Commencer à ce jour.", "Begin at this day."),
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show the general ledger."""
    options = {"limit": limit, "cursor": cursor, "at": at.date() if at else None}
    _show("ledger", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


@with_filter
def search(
    given: FilterTexts,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXTE", help=say("Mots, pièce ou montant.", "Words, document or amount.")
        ),
    ],
    dossier: DossierCode,
    limit: Limit = 50,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Search."""
    options = {"limit": limit, "cursor": cursor, "text": text}
    _show("search", given, (dossier, domain), options, (output, as_), Output(as_json, lang))


def _show(
    name: str,
    given: FilterTexts,
    place: tuple[str, str | None],
    options: dict[str, Any],
    file: tuple[Path | None, str | None],
    out: Output,
) -> None:
    """Show a page of a read, or write all of it to a file."""
    from ecritures.app import ledger_reads as reads

    path, form = file
    check_form(path, form)
    database, caller = open_dossier(*place)
    request = reads.ReadRequest(database, caller, place[0], given, **options)
    if path is not None:
        opened = reads.open_table(request, reads.ReadName(name), out.language)
        write_file(opened, path, form, out)
        return
    shown: dict[str, tuple[Callable[..., Any], Callable[[Any, Output], Iterable[str]]]] = {
        "entries": (reads.show_entries, entry_rows),
        "lines": (reads.show_lines, line_rows),
        "journals": (reads.show_journals, journal_rows),
        "accounts": (reads.show_accounts, total_rows),
        "third-parties": (reads.show_third_parties, total_rows),
        "sections": (reads.show_sections, section_rows),
        "ledger": (reads.show_ledger, ledger_rows),
        "search": (reads.show_found, line_rows),
    }
    read, rows = shown[name]
    view = read(request)
    out.show(view, lambda: rows(view, out))
    note_next(view["nextCursor"], out)

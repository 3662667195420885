"""`ecritures verify`: prove that nobody has changed a ledger behind its back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_settings
from ecritures.cli.support.exit_codes import FOUND
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.progress import bar
from ecritures.core.amounts import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.app.views.verify import VerifyView


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "verify",
        help=say(
            "Recalcule toutes les empreintes d'un grand livre depuis ses lignes, et nomme la"
            " première différence. Code de sortie 1 s'il y en a une.",
            "Recomputes every digest of a ledger from its lines, and names the first difference."
            " Exit code 1 when there is one.",
        ),
        epilog=example("ecritures verify --dossier CEGID003 --full"),
    )(verify)


def verify(
    dossier: DossierCode,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help=say("Nommer aussi l'écriture modifiée.", "Name the changed entry too."),
        ),
    ] = False,
    expect_head: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST",
            help=say(
                "Une empreinte gardée ailleurs, que l'historique doit encore contenir.",
                "A digest kept elsewhere, which the history must still contain.",
            ),
        ),
    ] = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Verify a ledger."""
    from ecritures.app.queries import show_verification

    out = Output(as_json, lang)
    database = open_database(open_settings())
    owner, found = find_dossier(database, dossier, domain)
    label = out.say("Vérification", "Verifying")
    done = 0
    with bar(out, label) as update:

        def progress(lines: int) -> None:
            nonlocal done
            done += lines
            update(f"{label} : {count_text(done)}", done, None)

        view = show_verification(
            database.for_domain(owner.id),
            found,
            full=full,
            expected_head=expect_head,
            progress=progress,
        )
    out.show(view, lambda: _lines(view, out))
    if not view["intact"]:
        raise typer.Exit(FOUND)


def _lines(view: VerifyView, out: Output) -> Iterator[str]:
    events, lines = count_text(view["events"]), count_text(view["lines"])
    if (found := view["firstBreak"]) is None:
        yield out.say(
            f"Grand livre intact. Événements vérifiés : {events} ; lignes : {lines}.",
            f"The ledger is intact. Events verified: {events}; lines: {lines}.",
        )
    else:
        yield out.say("Grand livre modifié.", "The ledger was changed.")
        yield out.say(found["message"], found["messageEn"])
    yield out.say(
        f"Révision {view['ledgerRevision']}, empreinte {view['head'] or '–'}",
        f"Revision {view['ledgerRevision']}, digest {view['head'] or '–'}",
    )
    if count := len(view["purged"]):
        yield out.say(
            f"Lots purgés, dont les lignes ne sont plus conservées : {count}.",
            f"Purged batches, whose rows are no longer kept: {count}.",
        )
    if count := len(view["withoutDigests"]):
        yield out.say(
            f"Lots publiés avant que les empreintes existent, non vérifiables : {count}.",
            f"Batches published before digests existed, which cannot be verified: {count}.",
        )

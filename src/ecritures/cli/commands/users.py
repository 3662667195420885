"""`ecritures user`: the people who sign in to the pages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.core.rights import Role

if TYPE_CHECKING:
    from ecritures.app.actions.people import Invitations
    from ecritures.app.views.people import NewUserView, UserView
    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.directory.people import Person, PersonChanges

PASSWORD_CHARACTERS_READ = 1000

app = typer.Typer(
    help=say("Les personnes qui se connectent aux pages.", "People who sign in to the pages.")
)

Email = Annotated[str, typer.Argument(help=say("Son adresse électronique.", "The e-mail address."))]
Firm = Annotated[
    str | None,
    typer.Option(
        "--domain",
        help=say(
            "Code du domaine, quand plusieurs connaissent cette adresse.",
            "Code of the domain, when several know this address.",
        ),
    ),
]
Dossiers = Annotated[
    list[str] | None,
    typer.Option(
        "--dossier",
        help=say("Un dossier affecté ; se répète.", "A dossier assigned; may be repeated."),
    ),
]


@app.command(
    "create",
    help=say(
        "Ajoute une personne, et donne l'adresse où elle choisit son mot de passe.",
        "Adds a person, and gives the address where they choose a password.",
    ),
    epilog=example("ecritures user create claire@cabinet.fr --domain CABINET1 --role reader"),
)
def create(
    email: Email,
    role: Annotated[
        Role,
        typer.Option(
            help=say(
                "lecteur, collaborateur (dossiers affectés), administrateur du cabinet, ou "
                "exploitant du service (sans --domain).",
                "reader, collaborator (dossiers assigned), administrator of the firm, or operator "
                "of the service (without --domain).",
            )
        ),
    ],
    domain: Annotated[
        str | None, typer.Option(help=say("Code du domaine.", "Code of the domain."))
    ] = None,
    name: Annotated[str, typer.Option(help=say("Son nom.", "The name."))] = "",
    dossier: Dossiers = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Add a person."""
    from ecritures.app.actions.people import NewPerson, create_user
    from ecritures.directory.domains import get_domain
    from ecritures.directory.keys import Caller

    out, settings = Output(as_json, lang), open_settings()
    database, caller = open_database(settings), None
    if domain is not None:
        firm = get_domain(database, domain)
        database, caller = database.for_domain(firm.id), Caller.for_operator(firm)
    wanted = NewPerson(email, role, name, dossier)
    made = create_user(database, caller, wanted, _invitations(settings)).view
    _show_invitation(out, made)


@app.command(
    "list",
    help=say("Donne les personnes.", "Lists the people."),
    epilog=example("ecritures user list --domain CABINET1"),
)
def list_all(
    domain: Annotated[
        str | None,
        typer.Option(help=say("D'un domaine seulement.", "Of one domain only.")),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List the people."""
    from ecritures.app.people import list_people
    from ecritures.directory.domains import get_domain

    out, database = Output(as_json, lang), open_database(open_settings())
    firm = get_domain(database, domain) if domain else None
    found = list_people(database, firm.id if firm else None)
    head = (
        out.say("Adresse", "Address"),
        out.say("Nom", "Name"),
        out.say("Rôle", "Role"),
        out.say("Domaine", "Domain"),
        out.say("Dossiers", "Dossiers"),
        out.say("Dernière connexion", "Last sign-in"),
        out.say("État", "State"),
    )
    out.show(found, lambda: table(head, [_cells(out, one) for one in found]))


@app.command(
    "invite",
    help=say(
        "Donne une nouvelle adresse où la personne choisit un mot de passe.",
        "Gives a new address where the person chooses a password.",
    ),
    epilog=example("ecritures user invite claire@cabinet.fr"),
)
def invite(
    email: Email, domain: Firm = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE
) -> None:
    """Invite a person again."""
    from ecritures.app.actions.people import invite_user

    out, settings = Output(as_json, lang), open_settings()
    database, person = _find(settings, email, domain)
    _show_invitation(out, invite_user(database, None, person.id, _invitations(settings)).view)


@app.command(
    "set-password",
    help=say(
        "Donne un mot de passe, demandé ou lu sur l'entrée standard ; ses sessions se terminent.",
        "Sets a password, asked for or read from standard input; the sessions of the person end.",
    ),
    epilog=example("ecritures user set-password claire@cabinet.fr"),
)
def set_password(
    email: Email, domain: Firm = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE
) -> None:
    """Set a password."""
    from ecritures.app.actions import people

    out, settings = Output(as_json, lang), open_settings()
    database, person = _find(settings, email, domain)
    password = _read_password(out)
    people.set_password(database, person, password, settings.password_characters_min)
    out.show(
        {"email": person.email, "passwordSet": True},
        lambda: [
            out.say(
                f"Le mot de passe de {person.email} est changé.",
                f"The password of {person.email} is changed.",
            )
        ],
    )


@app.command(
    "assign",
    help=say(
        "Change le rôle d'une personne, ou ses dossiers ; aussitôt.",
        "Changes the role of a person, or the dossiers; at once.",
    ),
    epilog=example("ecritures user assign claire@cabinet.fr --dossier CEGID003"),
)
def assign(
    email: Email,
    role: Annotated[
        Role | None, typer.Option(help=say("Son nouveau rôle.", "The new role."))
    ] = None,
    dossier: Dossiers = None,
    every: Annotated[
        bool,
        typer.Option(
            "--all-dossiers", help=say("Tous les dossiers (lecteur).", "Every dossier (reader).")
        ),
    ] = False,
    domain: Firm = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Change the role or the dossiers of a person."""
    if every and dossier:
        raise typer.BadParameter(say("--dossier ou --all-dossiers", "--dossier or --all-dossiers"))
    changes: PersonChanges = {}
    if role is not None:
        changes["role"] = role
    if dossier or every:
        changes["dossiers"] = dossier or None
    _change(Output(as_json, lang), email, domain, changes)


@app.command(
    "disable",
    help=say(
        "Refuse une personne désormais ; ses sessions se terminent.",
        "Refuses a person from now on; their sessions end.",
    ),
    epilog=example("ecritures user disable claire@cabinet.fr"),
)
def disable(
    email: Email, domain: Firm = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE
) -> None:
    """Disable a person."""
    _change(Output(as_json, lang), email, domain, {"disabled": True})


@app.command(
    "enable",
    help=say("Laisse entrer à nouveau une personne.", "Lets a person in again."),
    epilog=example("ecritures user enable claire@cabinet.fr"),
)
def enable(
    email: Email, domain: Firm = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE
) -> None:
    """Enable a person."""
    _change(Output(as_json, lang), email, domain, {"disabled": False})


def _change(out: Output, email: str, domain: str | None, changes: PersonChanges) -> None:
    from ecritures.app.actions.people import change_user

    database, person = _find(open_settings(), email, domain)
    changed = change_user(database, None, person.id, changes).view
    out.show(changed, lambda: ["  ".join(filter(None, _cells(out, changed)))])


def _find(settings: Settings, email: str, domain: str | None) -> tuple[Database, Person]:
    """Return a person, and the database that shows them."""
    from ecritures.app.people import find_user

    database = open_database(settings)
    return database, find_user(database, email, domain)


def _invitations(settings: Settings) -> Invitations:
    from ecritures.app.actions.people import Invitations

    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return Invitations(address, settings.invitation_hours_max)


def _show_invitation(out: Output, made: NewUserView) -> None:
    url, until = made["invitation"]["url"], made["invitation"]["until"][:16].replace("T", " ")
    out.show(
        made,
        lambda: [
            url,
            out.say(
                f"Donnez cette adresse à {made['email']}, qui y choisit un mot de passe jusqu'au"
                f" {until} UTC. Elle ne sera plus montrée.",
                f"Give this address to {made['email']}, who chooses a password there until {until}"
                " UTC. It will not be shown again.",
            ),
        ],
    )


def _read_password(out: Output) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(PASSWORD_CHARACTERS_READ).rstrip("\r\n")
    asked: str = typer.prompt(
        out.say("Mot de passe", "Password"),
        hide_input=True,
        confirmation_prompt=out.say("Encore une fois", "Once more"),
        err=True,
    )
    return asked


def _cells(out: Output, one: UserView) -> tuple[str, ...]:
    every, state = out.say("tous", "all"), ""
    if one["disabled"]:
        state = out.say("désactivé", "disabled")
    elif one["invitedUntil"] and not one["hasPassword"]:
        state = out.say("invité", "invited")
    dossiers = every if one["dossiers"] is None else ", ".join(one["dossiers"]) or "—"
    last = (one["lastSignInAt"] or "")[:10]
    return one["email"], one["name"], one["role"], one["domain"] or "", dossiers, last, state

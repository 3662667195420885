"""All commands together. Every failure becomes one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures import __version__
from ecritures.cli.commands import attachments as attachment
from ecritures.cli.commands import (
    audit,
    balance,
    check,
    config,
    demo,
    difference,
    disruptions,
    doctor,
    export_,
    history,
    import_,
    ledger_reads,
    lettering,
    locks,
    maintenance,
    serve,
    undo,
    validate,
    verify,
    worker,
)
from ecritures.cli.commands import domains as domain
from ecritures.cli.commands import dossiers as dossier
from ecritures.cli.commands import fiscal_years as fiscal_year
from ecritures.cli.commands import import_models as model
from ecritures.cli.commands import keys as key
from ecritures.cli.commands import retry_cancel as control
from ecritures.cli.commands import users as user
from ecritures.cli.commands import webhooks as webhook
from ecritures.cli.support.connect import close_databases
from ecritures.cli.support.exit_codes import BROKEN_PIPE, FOUND, INTERRUPTED, UNREACHABLE, USAGE
from ecritures.cli.support.language import LANGUAGE, say
from ecritures.cli.support.usage_errors import in_english, in_french
from ecritures.core.errors import ConflictError, EcrituresError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="ecritures",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the help is the same on every terminal, and in the docs
    help=say(
        "Lit des fichiers d'écritures comptables et les enregistre au grand livre d'un dossier.",
        "Posts files of accounting entries to the ledger of a dossier.",
    ),
    epilog=say(
        "Exemple : ecritures check 079555421FEC20241231.txt",
        "Example: ecritures check 079555421FEC20241231.txt",
    ),
)
for module in (
    *(check, import_, history, control, difference, undo, balance, ledger_reads, export_),
    *(lettering, validate, locks, audit, verify, serve, worker, disruptions, demo, doctor, config),
):
    module.register(app)
for name, group in (
    ("attachments", attachment.app),
    ("domain", domain.app),
    ("dossier", dossier.app),
    ("fiscal-year", fiscal_year.app),
    ("key", key.app),
    ("maintenance", maintenance.app),
    ("model", model.app),
    ("user", user.app),
    ("webhook", webhook.app),
):
    app.add_typer(group, name=name)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Version."),
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; a failure is one sentence on standard error."""
    try:
        return _run(arguments)
    finally:
        close_databases()


def _run(arguments: Sequence[str]) -> int:
    try:
        wanted = list(arguments) or ["--help"]
        return app(wanted, standalone_mode=False, prog_name="ecritures") or 0
    except EcrituresError as error:
        return _fail(error.sentence.text(LANGUAGE), exit_code(error))
    except typer.TyperException as error:
        return _fail(_usage_sentence(error), USAGE)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:  # the reader closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        if not (sentence := _outside_sentence(error)):
            raise
        return _fail(sentence, UNREACHABLE if _uses_database() else USAGE)


def exit_code(error: EcrituresError) -> int:
    """Return the exit code of a command that failed."""
    if _uses_database() and _is_unavailable(error):
        return UNREACHABLE
    return FOUND if isinstance(error, ConflictError) else USAGE


def _uses_database() -> bool:
    """Return whether the command has imported the database: `check` never does."""
    return "ecritures.database" in sys.modules


def _is_unavailable(error: EcrituresError) -> bool:
    from ecritures.database.engine import DatabaseUnavailableError

    return isinstance(error, DatabaseUnavailableError)


def _is_database_down(error: Exception) -> bool:
    if not _uses_database():
        return False
    from ecritures.database.failures import is_operational

    return is_operational(error)


def _outside_sentence(error: Exception) -> str | None:
    """Return what is said of a failure of the machine or the database; None: it is a bug."""
    if isinstance(error, OSError):
        return _system_sentence(error)
    return _database_sentence(error) if _is_database_down(error) else None


def _usage_sentence(error: typer.TyperException) -> str:
    reason = " ".join(error.format_message().split())
    return say(
        f"Commande mal formée ({in_french(reason)}) : --help en donne un exemple.",
        f"Malformed command ({in_english(reason)}): --help gives an example.",
    )


def _database_sentence(error: Exception) -> str:
    reason = str(error).splitlines()[0]
    return say(
        f"La base de données ne répond pas ({reason}) : « ecritures doctor » dit ce qui manque.",
        f"The database does not answer ({reason}): “ecritures doctor” shows what is wrong.",
    )


def _system_sentence(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    place = f"{error.filename} : {reason}" if error.filename else reason
    return say(
        f"Le système refuse ({place}) : vérifiez que le fichier ou le dossier existe, ses droits et"
        " la place libre ; « ecritures doctor » dit ce qui manque.",
        f"The system refuses ({place}): check that the file or folder exists, its permissions and"
        " the free space; “ecritures doctor” shows what is wrong.",
    )


def _fail(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code

"""The commands put together, and what every failure becomes: one sentence and an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures import __version__
from ecritures.cli.commands import (
    balance,
    check,
    config,
    demo,
    doctor,
    domain,
    dossier,
    history,
    import_,
    key,
    model,
    serve,
    worker,
)
from ecritures.cli.commands import retry_cancel as control
from ecritures.cli.support.language import LANGUAGE, say
from ecritures.core.errors import ConflictError, EcrituresError

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUND, USAGE, UNREACHABLE, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="ecritures",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the help is the same on every terminal, and in the docs
    help=say(
        "Prend des fichiers d'écritures comptables et les pose dans le grand livre d'un dossier.",
        "Takes files of accounting entries and puts them into a dossier's ledger.",
    ),
    epilog=say(
        "Exemple : ecritures check 079555421FEC20241231.txt",
        "Example: ecritures check 079555421FEC20241231.txt",
    ),
)
for module in (*(check, import_, history, control, balance, serve, worker, demo, doctor, config),):
    module.register(app)
for name, group in (
    ("domain", domain.app),
    ("dossier", dossier.app),
    ("key", key.app),
    ("model", model.app),
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
    """Run one command and return its exit code; every failure is one sentence on stderr."""
    try:
        wanted = list(arguments) or ["--help"]
        return app(wanted, standalone_mode=False, prog_name="ecritures") or 0
    except EcrituresError as error:
        return _fail(error.sentence.text(LANGUAGE), _exit_code(error))
    except typer.TyperException as error:
        return _fail(_usage_sentence(error), USAGE)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:
        if not _is(error, "sqlalchemy.exc", "OperationalError"):
            raise
        return _fail(_database_sentence(error), UNREACHABLE)


def _exit_code(error: EcrituresError) -> int:
    if _is(error, "ecritures.database.engine", "DatabaseUnavailableError"):
        return UNREACHABLE
    return FOUND if isinstance(error, ConflictError) else USAGE


def _is(error: Exception, module: str, name: str) -> bool:
    """Tell whether the error is of a class, without importing its module for that."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))


def _usage_sentence(error: typer.TyperException) -> str:
    reason = " ".join(error.format_message().split())
    return say(
        f"Commande mal formée ({reason}) : --help en donne un exemple.",
        f"Malformed command ({reason}): --help gives an example.",
    )


def _database_sentence(error: Exception) -> str:
    reason = str(error).splitlines()[0]
    return say(
        f"La base de données ne répond pas ({reason}) : « ecritures doctor » dit ce qui manque.",
        f"The database does not answer ({reason}): “ecritures doctor” tells what is wrong.",
    )


def _fail(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code

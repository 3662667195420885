"""What is said about settings that cannot be used."""

from __future__ import annotations

import difflib
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from ecritures.cli.support.language import say
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import ValidationError

OF_THE_COMMAND_LINE = {"ECRITURES_LANG"}
"""Read by the commands themselves: no setting of the service."""


def refused_setting(error: ValidationError) -> RefusedRequestError:
    """Return what is said about the first setting that is unknown or not valid."""
    from ecritures.config.settings import SETTINGS_FILE, Settings

    wrong = error.errors(include_input=False)[0]
    name, *inside = map(str, wrong["loc"])
    if wrong["type"] == "extra_forbidden":
        fr, en = _guess(name, Settings.model_fields)
        return RefusedRequestError(
            "setting-unknown",
            f"Le réglage {name} n'existe pas{fr} : corrigez {SETTINGS_FILE}.",
            f"There is no setting {name}{en}: correct {SETTINGS_FILE}.",
        )
    variable = ".".join([f"ECRITURES_{name.upper()}", *inside])
    reason = wrong["msg"].removeprefix("Value error, ")
    return RefusedRequestError(
        "setting-invalid",
        f"Le réglage {variable} n'est pas valable ({reason}) : "
        f"corrigez la variable d'environnement ou {SETTINGS_FILE}.",
        f"Setting {variable} is not valid ({reason}): "
        f"correct the environment variable or {SETTINGS_FILE}.",
    )


def require_plain_file() -> None:
    """Refuse what is no file under the name of the settings: it would be ignored, or waited for.

    Raises:
        OSError: A folder, a pipe, or a link that leads nowhere.
    """
    from ecritures.config.settings import SETTINGS_FILE

    if os.path.lexists(SETTINGS_FILE) and not SETTINGS_FILE.is_file():
        raise OSError(0, say("ce n'est pas un fichier", "it is not a file"))


def unreadable_file(error: Exception) -> RefusedRequestError:
    """Return what is said about a settings file that cannot be read."""
    from ecritures.config.settings import SETTINGS_FILE

    reason = error.strerror if isinstance(error, OSError) else str(error)
    return RefusedRequestError(
        "settings-file",
        f"Le fichier {SETTINGS_FILE} ne se lit pas ({reason}) : corrigez-le.",
        f"File {SETTINGS_FILE} cannot be read ({reason}): correct it.",
    )


def warn_of_unknown_variables() -> None:
    """Say on standard error, once, which variables look like settings and are none."""
    from ecritures.config.settings import PREFIX, Settings

    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OF_THE_COMMAND_LINE
    given = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)}
    for name in sorted(given - known):
        _warn(name, frozenset(known))


@cache
def _warn(name: str, known: frozenset[str]) -> None:
    fr, en = _guess(name, known)
    sentence = say(
        f"La variable {name} n'est pas un réglage{fr} : elle est ignorée.",
        f"Variable {name} is not a setting{en}: it is ignored.",
    )
    sys.stderr.write(f"{sentence}\n")


def _guess(name: str, known: Collection[str]) -> tuple[str, str]:
    close = difflib.get_close_matches(name, known, 1)
    if not close:
        return "", ""
    return f" (peut-être {close[0]})", f" (perhaps {close[0]})"

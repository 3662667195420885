"""The language of this process: French by default, or English."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from ecritures.core.sentences import pick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.sentences import Language


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of `--lang`, else of ECRITURES_LANG, else French.

    It is needed before the arguments are parsed, for the help and the usage errors.
    """
    wanted = environment.get("ECRITURES_LANG", "fr")
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            wanted = value or "".join(arguments[place + 1 : place + 2])
    return "en" if wanted == "en" else "fr"


LANGUAGE: Final[Language] = chosen_language(sys.argv, os.environ)


def say(fr: str, en: str) -> str:
    """Return the text in the language of this process."""
    return pick(LANGUAGE, fr, en)

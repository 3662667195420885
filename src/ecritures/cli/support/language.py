"""French first, English second: which of the two this process speaks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.sentences import Language


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of `--lang`, else of ECRITURES_LANG, else French.

    Read before the arguments are parsed: the help and the usage errors are sentences too.
    """
    wanted = environment.get("ECRITURES_LANG", "fr")
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            wanted = value or "".join(arguments[place + 1 : place + 2])
    return "en" if wanted == "en" else "fr"


LANGUAGE: Final[Language] = chosen_language(sys.argv, os.environ)


def say(fr: str, en: str) -> str:
    """Return one of two sentences, by the language of this process."""
    return fr if LANGUAGE == "fr" else en

"""The parameters of the Loop-compatible routes, as the vendor's pages write them.

`&&` between conditions or sort keys is documented unescaped: `sort=code&&libelle:desc`. It does not
end a parameter, unless what follows begins one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from ecritures.api.http.parameters import UNSTORABLE
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SKIP_MAX = 1_000_000_000
_DIGITS = re.compile(r"[0-9]{1,10}")


def split_query(query: str, names: Collection[str]) -> list[tuple[str, str]]:
    """Return the parameters of an address, `&&` being a part of their values.

    Args:
        query: As it was sent.
        names: The parameters that begin anew after `&&`.

    Raises:
        RefusedRequestError: One contains a control character.
    """
    begins = "|".join(map(re.escape, names))
    parts = re.split(rf"(?<!&)&(?!&)|&&(?=(?:{begins})=)", query, flags=re.IGNORECASE)
    pairs = (part.partition("=") for part in parts)
    found = [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
    for name, value in found:
        if UNSTORABLE.search(value):
            raise RefusedRequestError(
                "parameter-unreadable",
                f"Le paramètre {name} contient un caractère qui n'est pas du texte.",
                f"Parameter {name} contains a character that is not text.",
            )
    return found


def find_parameter(given: Iterable[tuple[str, str]], wanted: str) -> str:
    """Return a parameter, "" if it is absent or blank; the letter case of its name is free.

    Raises:
        RefusedRequestError: It is given twice, with different values.
    """
    values = {
        text for name, value in given if name.lower() == wanted.lower() if (text := value.strip())
    }
    if len(values) > 1:
        raise RefusedRequestError(
            "parameter-twice",
            f"Le paramètre {wanted} est donné deux fois, avec deux valeurs différentes.",
            f"Parameter {wanted} is given twice, with different values.",
        )
    return values.pop() if values else ""


def find_number(
    given: Iterable[tuple[str, str]], name: str, low: int, high: int, default: int
) -> int:
    """Return a parameter that is a whole number, `default` if it is absent or blank.

    Raises:
        RefusedRequestError: It is no such number, or outside its limits.
    """
    text = find_parameter(given, name)
    if not text:
        return default
    number = int(text) if _DIGITS.fullmatch(text) else -1
    if not low <= number <= high:
        raise RefusedRequestError(
            "number-refused",
            f"Le paramètre {name} doit être un nombre entier de {low} à {high}.",
            f"Parameter {name} must be a whole number from {low} to {high}.",
        )
    return number

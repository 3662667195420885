"""What the parser of the command line says of a malformed command, in French."""

from __future__ import annotations

import re

_FRENCH = tuple(
    (re.compile(pattern), french)
    for pattern, french in (
        (r"^Missing argument (.+?)\.$", r"il manque l'argument \1"),
        (r"^Missing option (.+?)\.$", r"il manque l'option \1"),
        (r"^Missing command\.$", "il manque une commande"),
        (r"^No such command (\S+)\.", r"la commande \1 n'existe pas"),
        (r"Did you mean (.+?)\?$", r": vouliez-vous dire \1 ?"),
        (r"^No such option: ([^\s.]+)\.?", r"l'option \1 n'existe pas"),
        (r"\(Possible options: (.+)\)$", r"(options proches : \1)"),
        (r"^Option (\S+) requires an argument\.$", r"l'option \1 attend une valeur"),
        (r"^Option (\S+) requires (\d+) arguments\.$", r"l'option \1 attend \2 valeurs"),
        (r"^Option (\S+) does not take a value\.$", r"l'option \1 n'attend pas de valeur"),
        (r"^Got unexpected extra arguments?(?:\(s\))? \((.+)\)$", r"argument en trop : \1"),
        (r"^Invalid value for (.+?): (?:Value error, )?", r"valeur de \1 : "),
        (r"Input should be a valid integer, .*$", "un nombre entier est attendu"),
        (r"Input should be a valid number, .*$", "un nombre est attendu"),
        (r"Input should be less than or equal to (\S+)$", r"au plus \1"),
        (r"Input should be less than (\S+)$", r"moins de \1"),
        (r"Input should be greater than or equal to (\S+)$", r"au moins \1"),
        (r"Input should be greater than (\S+)$", r"plus de \1"),
    )
)
"""A sentence of the parser, or a part of one, and the same in French."""


_CHOICE = re.compile(
    r"^Invalid value for '?([^']+)'?(?: \(env var: '[^']+'\))?: (?:Value error, )?"
    r"'(.*)' is not one of (.+?)\.?$"
)


def in_english(reason: str) -> str:
    """Return what the parser says, without its own terms."""
    if found := _CHOICE.match(reason):
        option, given, choices = found.groups()
        return f"“{given}” is not a value of {option}: {_listed(choices, 'or')}"
    return reason.replace("Value error, ", "")


def in_french(reason: str) -> str:
    """Return what the parser says in French; what is not known stays as it is."""
    if found := _CHOICE.match(reason):
        option, given, choices = found.groups()
        return f"« {given} » n'est pas une valeur de {option} : {_listed(choices, 'ou')}"
    for pattern, french in _FRENCH:
        reason = pattern.sub(french, reason)
    return reason


def _listed(choices: str, last: str) -> str:
    """Write `'a', 'b', 'c'` as a, b or c."""
    *before, final = re.findall(r"'(.*?)'", choices)
    return f"{', '.join(before)} {last} {final}" if before else final

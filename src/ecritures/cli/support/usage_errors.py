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
        (r"(\S+) is not one of (.+?)\.?$", r"\1 n'est aucun de \2"),
        (r"Input should be a valid integer, .*$", "un nombre entier est attendu"),
        (r"Input should be a valid number, .*$", "un nombre est attendu"),
        (r"Input should be less than or equal to (\S+)$", r"au plus \1"),
        (r"Input should be less than (\S+)$", r"moins de \1"),
        (r"Input should be greater than or equal to (\S+)$", r"au moins \1"),
        (r"Input should be greater than (\S+)$", r"plus de \1"),
    )
)
"""A sentence of the parser, or a part of one, and the same in French."""


def in_french(reason: str) -> str:
    """Return what the parser says in French; what is not known stays as it is."""
    for pattern, french in _FRENCH:
        reason = pattern.sub(french, reason)
    return reason

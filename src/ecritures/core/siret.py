"""SIREN and SIRET numbers."""

from __future__ import annotations

import re

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

SIREN_DIGITS = 9
"""Those that a SIRET begins with."""


def is_siren(text: str) -> bool:
    """Return whether the text is nine digits with a valid Luhn check digit."""
    return re.fullmatch(r"[0-9]{9}", text) is not None and stdnum_siren.is_valid(text)


def is_siret(text: str) -> bool:
    """Return whether the text is fourteen digits with a valid check digit.

    It is Luhn's, except for the establishments of La Poste (SIREN 356000000), whose digits add up
    to a multiple of five; python-stdnum implements both. That library ignores spaces; the vendor
    does not, so the raw text is checked first.
    """
    return re.fullmatch(r"[0-9]{14}", text) is not None and stdnum_siret.is_valid(text)

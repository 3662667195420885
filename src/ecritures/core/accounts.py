"""Account numbers, and others, that a spreadsheet or another program has damaged."""

from __future__ import annotations

import polars as pl

_MONTHS = (
    r"(?i:janv?|f[ée]vr?|feb|mars?|avr|apr|mai|may|juin|jun|juil?|jul|ao[ûu]t?|aug|sept?|oct|nov|"
    r"d[ée]c)\.?"
)
LOST = (
    r"^(?:[0-9]+[.,][0-9]+[eE][+-]?[0-9]+|[0-9]+[eE]\+[0-9]+"  # 4,11E+09
    r"|#+|#[A-Z/0-9]+[!?]?"  # ######, #REF!, #N/A, #NOM?
    r"|[0-9]+[?\ufffd][0-9?\ufffd]*"  # 411?00, or a control character among its digits
    r"|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}.*"  # 2024-01-15 00:00:00
    r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}.*"
    rf"|[0-9]{{1,2}}-{_MONTHS}(?:-[0-9]{{2,4}})?|{_MONTHS}-[0-9]{{2,4}}"  # 10-déc, déc-01
    r"|[0-9]+:[0-9]{2}(?::[0-9]{2})?|[0-9.,]+ ?%|-[0-9]+"  # 411:00:00, 41%
    r"|[0-9]+[&;!$=<>|@~][0-9&;!$=<>|@~]*|[0-9]{5,}\.(?:[1-9][0-9]?|0[1-9])"  # 4110&&, 411000.5
    r"|[0-9]{1,4}[.,]00|[0-9]+,(?:[1-9][0-9]?|0[1-9]))$"  # 120,00: an amount
)
"""Numbers of which a spreadsheet or a conversion has left a date, an amount or an error: lost."""

DAMAGED = (
    r"^(?:[0-9][.,][0-9]+E\+[0-9]{2,3}|#{3,}"  # 2,02501E+11, but not 2E5: that is a number
    r"|#(?:REF!|N/A|NAME\?|NOM\?|VALUE!|VALEUR!|DIV/0!|NUM!|NOMBRE!|NULL!|NUL!)"
    r"|=\".*\")$"  # ="0001"
)
"""The same of numbers that may have letters: those of entries, third parties and pieces."""

_DECIMALS = r"^([0-9]+)[.,]00?$"
_QUOTED = r"^=?\"([^\"]*)\"$"
_APOSTROPHE = r"^['’]([0-9A-Za-z]+)$"
_GROUPED = r"^[0-9]{1,3}(?:[,'’][0-9]{3})+$|^[0-9]+(?:[ \u00a0\u202f][0-9]+)+$"
# 4O1000, 512O00; but 411O12 may end with the code of a third party. Cyrillic and Greek have an O.
_LETTER_O = (
    r"^[0-9]{1,2}[Oo][0-9]+$|^[0-9]+[Oo]0+$|^[0-9]+[\u041e\u043e\u039f\u03bf][0-9]*$"
    r"|^[0-9]{3}[Oo]{3,}$"  # 411OOO
)
_PADDED = r"^00+([1-7][0-9]{2,})$"  # no root of any chart begins with a zero
_FILLED = r"^([0-9]{3,}) ?[._*#]+$"  # 411000.., 411000__
NAMED = r"^([0-9]{6,}) +-? *\pL.*$"
"""A number with a name: `411000 CLIENTS`. A short one (`411 DUPONT`) is that of a third party."""
DISGUISED = (
    f"{NAMED}|{_DECIMALS}|{_QUOTED}|{_APOSTROPHE}|{_GROUPED}|{_LETTER_O}|{_PADDED}|{_FILLED}"
)
"""Numbers that are whole, but written with something that is not part of them."""
PERHAPS = r"^[0-9]{1,3}(?:\.[0-9]{3})+$|^[0-9]{3,}[Oo]$|^0[1-7][0-9]{2,}$|^[0-9]{3,}[-/][0-9]+$"
"""Numbers that may be meant so (`401.001`, `411/000`), unless the file has the plain ones too."""
NO_DIGIT = r"^[^0-9]*\pL[^0-9]*$"
"""Words in place of a number: `Clients`."""


def plain_account(numbers: pl.Expr) -> pl.Expr:
    """Write disguised numbers plainly: `'512000`, `512 000`, `512O00`, `0000512000` as `512000`."""
    plain = numbers.str.strip_chars()
    for pattern in (_QUOTED, _APOSTROPHE, _DECIMALS, _PADDED, _FILLED):
        plain = plain.str.replace(pattern, "$1")
    lettered = plain.str.contains(_LETTER_O)
    zeros = plain.str.replace_all("[Oo\u041e\u043e\u039f\u03bf]", "0")
    plain = pl.when(lettered).then(zeros).otherwise(plain)
    grouped = plain.str.contains(_GROUPED)
    return pl.when(grouped).then(plain.str.replace_all("[^0-9]", "")).otherwise(plain)


def twin_of(numbers: pl.Series) -> pl.Series:
    """Return, of numbers that may be badly written, the plain one that the file has too."""
    plain = numbers.str.replace_all("[./-]", "").str.replace(r"[Oo]$", "0")
    plain = plain.str.strip_prefix("0")
    is_twin = numbers.str.contains(PERHAPS) & plain.is_in(numbers.implode())
    return plain.set(~is_twin, None)


def damaged(numbers: pl.Series) -> pl.Series | None:
    """Return which numbers a spreadsheet has left nothing of; None: it has damaged none."""
    suspect = numbers.str.contains("E+", literal=True) | numbers.str.contains("^[#=]")  # quick
    if not suspect.any():
        return None
    found = suspect & numbers.str.contains(DAMAGED)
    return found if found.any() else None

"""What lines of other formats say beyond the books, under the names of a TRA."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ecritures.core.due_dates import NAMES as DUE_DATES
from ecritures.core.due_dates import due_dates
from ecritures.formats.tra.extended import SAYS_NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


class PaymentMode(NamedTuple):
    """A payment mode: its code in lines, its label, and the category of the format."""

    code: str
    label: str
    category: str


PAYMENT_MODES = {
    "2": PaymentMode("ESP", "Espèces", "ESP"),
    "3": PaymentMode("CHQ", "Chèque", "CHQ"),
    "4": PaymentMode("CB", "Carte bancaire", "CB"),
    "5": PaymentMode("VIR", "Virement", "VIR"),
    "6": PaymentMode("PRE", "Prélèvement", "PRE"),
    "7": PaymentMode("TIP", "TIP", "TIP"),
    "8": PaymentMode("BOR", "LCR BOR", "LCR"),
    "9": PaymentMode("LCM", "LCR magnétique", "LCR"),
    "10": PaymentMode("TRT", "Traite", "TRI"),
    "11": PaymentMode("TEP", "Télérèglement", "TEP"),
}
"""`modePaiement` of importJson → the mode. Source: Cegid Loop, importJson; TRA, record MDP."""
_NO_PAYMENT_MODE = "1"
_DUE = "ECHEANCE"
_DAYS = {"debCutOff": "CUTOFFDEB", "finCutOff": "CUTOFFFIN", "datePointage": "DATEPOINTAGE"}
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MODE, _RATE = "modePaiement", "currencyRate"


def in_terms_of_tra(extra: pl.Series) -> pl.Series:
    """Rename what a TRA has a field for; the rest keeps its names.

    Args:
        extra: JSON objects; null where a line has none.
    """

    def rename(words: pl.Series) -> list[str | None]:
        due = words.to_frame("extra").select(due_dates(pl.col("extra"))).to_series()
        return [_renamed(json.loads(word), day) for word, day in zip(words, due, strict=True)]

    return _mapped(extra, rename)


def without_what_says_nothing(extra: pl.Series) -> pl.Series:
    """Leave out what a reader takes for nothing: any operation, a rate of 1.

    Args:
        extra: JSON objects; null where a line has none.
    """
    return _mapped(extra, lambda words: [_without_defaults(word) for word in words])


def _mapped(extra: pl.Series, change: Callable[[pl.Series], list[str | None]]) -> pl.Series:
    """Change each distinct object once; null stays null."""
    words = extra.drop_nulls().unique()
    if words.is_empty():
        return extra
    return extra.replace_strict(words, change(words), default=None, return_dtype=extra.dtype)


def _without_defaults(word: str) -> str | None:
    members = json.loads(word)
    kept = {
        name: value
        for name, value in members.items()
        if name not in SAYS_NOTHING or not re.search(SAYS_NOTHING[name], str(value))
    }
    if len(kept) == len(members):
        return word
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else None


def _renamed(members: dict[str, Any], due: date | None) -> str | None:
    if due is not None and _DUE not in members:
        members = {name: value for name, value in members.items() if name not in DUE_DATES}
        members[_DUE] = f"{due:%d%m%Y}"
    for name, field in _DAYS.items():
        if day := _ISO.fullmatch(str(members.get(name))):
            del members[name]
            members[field] = day[3] + day[2] + day[1]
    if members.get(_MODE) == _NO_PAYMENT_MODE:
        del members[_MODE]
    elif mode := PAYMENT_MODES.get(str(members.get(_MODE))):
        del members[_MODE]
        members["MODEPAIE"] = mode.code
    if _RATE in members:
        members["TAUXDEV"] = str(members.pop(_RATE)).replace(".", ",")
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")) if members else None

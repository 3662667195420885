"""The charts of accounts: which roots each has (PCG 1111-1, 1131-1 and the special charts).

Two digits decide whether a number is lawful: any account may be divided further. Only insurers have
roots of three digits in classes where two are not listed.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GENERAL = "pcg"
_FOLDER = files("ecritures.rules").joinpath("charts")
ROOT_DIGITS_MAX = 3


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of accounts.

    Attributes:
        fr: For whom it is, in French.
        en: The same in English.
        lists: Its lists in `roots.csv`.
        source: The texts that set it.
        alone: Whether the general chart does not apply beside it.
        classes: Classes of which any account is lawful.
    """

    fr: str
    en: str
    lists: tuple[str, ...]
    source: str
    alone: bool = False
    classes: tuple[str, ...] = ()


def _load() -> dict[str, Chart]:
    text = _FOLDER.joinpath("charts.toml").read_text(encoding="utf-8")
    return {
        name: Chart(
            fr=fields["fr"],
            en=fields["en"],
            lists=tuple(fields["lists"]),
            source=fields["source"],
            alone=fields.get("alone", False),
            classes=tuple(fields.get("classes", ())),
        )
        for name, fields in tomllib.loads(text).items()
    }


CHARTS: Mapping[str, Chart] = _load()
"""Name → chart."""


@cache
def lawful_roots(name: str | None) -> frozenset[str]:
    """Return the shortest roots of a chart, of one to three digits; None: those of every chart."""
    chosen = [CHARTS[name]] if name else list(CHARTS.values())
    if name and not chosen[0].alone:
        chosen.append(CHARTS[GENERAL])
    lists = {one for chart in chosen for one in chart.lists}
    with _FOLDER.joinpath("roots.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file, delimiter=";")
        root, charts = map(next(rows).index, ("root", "charts"))
        listed = {row[root] for row in rows if not lists.isdisjoint(row[charts].split(","))}
    classes = {one for chart in chosen for one in chart.classes} if name else set[str]()
    shorter = {root for root in listed if any(root[:n] in listed for n in range(1, len(root)))}
    return frozenset((listed - shorter) | classes)

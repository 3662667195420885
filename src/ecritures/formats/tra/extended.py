"""What a line says beyond the books: its due date and payment mode, and its extended part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.habits import Tally
from ecritures.core.lines import DATES
from ecritures.formats.extra import as_members, as_objects
from ecritures.formats.tra.dates import NO_DATES, read_dates
from ecritures.formats.tra.places import ENTRY, EXTENDED

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.header import Header
    from ecritures.formats.tra.slices import Slices

_STANDARD_MORE = ("MODEPAIE", "ECHEANCE", "NUMECHE")
_GROUPS = (  # fields close together: most lines have none of a group
    ("REFEXTERNE",),
    ("AFFAIRE",),
    ("QTE1", "QTE2", "QUALIFQTE1", "QUALIFQTE2", "REFLIBRE"),
    ("REGIMETVA", "TVA", "TPF", "CONTREPARTIEGEN", "CONTREPARTIEAUX", "REFPOINTAGE"),
    ("DATEPOINTAGE", "DATERELANCE", "DATEVALEUR", "RIB", "REFRELEVE", "NUMEROIMMO"),
    tuple(f"LIBRETEXTE{n}" for n in range(10)),
    (*(f"LIBREMONTANT{n}" for n in range(4)), "LIBREDATE"),
    ("REFGESCOM",),
    ("CUTOFFDEB", "CUTOFFFIN"),
)
_DATES = {
    name
    for name in ENTRY
    if name.startswith(("DATE", "CUTOFF")) or name in {"ECHEANCE", "LIBREDATE"}
}
LETTERING_STATES = {"RI": False, "AL": False, "PL": True, "TL": True}
"""ETATLETTRAGE → whether the line is lettered. Blank: not said."""


class ExtendedReader:
    """Reads what canonical lines have besides the fields of every TRA.

    Args:
        anomalies: Where what is odd or left out is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._unlettered = Tally(anomalies, "TRA-LET-01")

    def read(
        self, lines: pl.Series, cut: Slices, header: Header
    ) -> tuple[dict[str, pl.Series], pl.Series]:
        """Read lines.

        Returns:
            The canonical columns that an extended line may fill; and `extra`, the rest.
        """
        nothing = constant(None, lines.len(), pl.Date)
        columns = {name: nothing for name in DATES if name != "entry_date"}
        columns["lettering"] = constant("", lines.len(), pl.String)
        if header.extended:
            columns |= self._columns(lines, cut, header)
        return columns, self._extra(lines, cut, header)

    def finish(self) -> None:
        """Record the lettering that was left out."""
        self._unlettered.finish()

    def _columns(self, lines: pl.Series, cut: Slices, header: Header) -> dict[str, pl.Series]:
        columns = {
            "piece_date": self._day(lines, cut, "DATEREFEXTERNE"),
            "validation_date": self._day(lines, cut, "VALIDDATE"),
        }
        lettering, state = cut.fields([EXTENDED["LETTRAGE"], EXTENDED["ETATLETTRAGE"]])
        given = lettering != ""
        if not given.any():
            return columns
        if not header.lettered:
            self._unlettered.add(lines.filter(given))
            return columns
        says_none = [word for word, says in LETTERING_STATES.items() if not says]
        against = given & state.is_in(says_none)
        found = pl.DataFrame({"line": lines, "value": lettering, "expected": state})
        self._anomalies.extend("TRA-LET-02", found.filter(against), column="LETTRAGE")
        columns["lettering"] = lettering
        columns["lettering_date"] = self._day(lines, cut, "DATEPAQUETMAX")
        return columns

    def _day(self, lines: pl.Series, cut: Slices, name: str) -> pl.Series:
        place = ENTRY[name]
        if cut.blank(place.start, place.end):
            return constant(None, lines.len(), pl.Date)
        return read_dates(cut.field(place), lines, name, self._anomalies)

    def _extra(self, lines: pl.Series, cut: Slices, header: Header) -> pl.Series:
        groups: list[tuple[str, ...]] = [(name,) for name in _STANDARD_MORE]
        if header.extended:
            groups += _GROUPS
        members = []
        for names in groups:
            places = [ENTRY[name] for name in names]
            if cut.blank(places[0].start, places[-1].end):
                continue
            for name, text in zip(names, cut.fields(places), strict=True):
                if name in _DATES:
                    read_dates(text, lines, name, self._anomalies)
                    text = text.set(text.is_in(NO_DATES), "")  # noqa: PLW2901 - the same, emptied
                if (text != "").any():
                    members.append(as_members(text, name))
        return as_objects(members, lines.len())

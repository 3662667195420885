"""What a line says beyond the books: its due date and payment mode, and its extended part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.habits import Tally
from ecritures.core.lines import DATES
from ecritures.formats.extra import as_members, as_objects
from ecritures.formats.tra.dates import NO_DATES, days_of, read_dates
from ecritures.formats.tra.places import ENTRY, EXTENDED
from ecritures.formats.tra.slices import are_blank, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.header import Header
    from ecritures.formats.tra.slices import Slices

_STANDARD_GROUPS = (("TYPEPIECE",), ("MODEPAIE", "ECHEANCE"), ("TAUXDEV",), ("NUMECHE",))
SAYS_NOTHING = {"TYPEPIECE": r"^OD$", "TAUXDEV": r"^[0 ]*1?([.,]0*)?$"}
"""Field → what programs fill it with when there is nothing to say: no currency, any operation."""
_EXTENDED_GROUPS = (  # fields close together: most lines have none of a group
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
        piece, valid, lettering, state = cut.fields(
            EXTENDED[name] for name in ("DATEREFEXTERNE", "VALIDDATE", "LETTRAGE", "ETATLETTRAGE")
        )
        columns = {
            "piece_date": read_dates(piece, lines, "DATEREFEXTERNE", self._anomalies),
            "validation_date": read_dates(valid, lines, "VALIDDATE", self._anomalies),
        }
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
        [day] = cut.fields([EXTENDED["DATEPAQUETMAX"]])
        columns["lettering_date"] = read_dates(day, lines, "DATEPAQUETMAX", self._anomalies)
        return columns

    def _extra(self, lines: pl.Series, cut: Slices, header: Header) -> pl.Series:
        groups = (*_STANDARD_GROUPS, *(_EXTENDED_GROUPS if header.extended else ()))
        places = [[ENTRY[name] for name in names] for names in groups]
        wholes = cut.around(places)
        found = [
            made
            for names, whole, blank in zip(groups, wholes, are_blank(wholes, places), strict=True)
            if not blank and (made := self._members(names, whole, lines, cut))
        ]
        if len(found) == 1:  # as a rule: made once for each text that there is
            whole, words, inside = found[0]
            objects = as_objects([inside], words.len())
            return whole.replace_strict(words, objects, return_dtype=pl.String)
        members = [
            whole.replace_strict(words, inside, return_dtype=pl.String)
            for whole, words, inside in found
        ]
        return as_objects(members, lines.len())

    def _members(
        self, names: Sequence[str], whole: pl.Series, lines: pl.Series, cut: Slices
    ) -> tuple[pl.Series, pl.Series, pl.Series] | None:
        """Read fields that stand close together; None where no line has any of them.

        Returns:
            What stands around the fields on each line; the different texts of that; and of each
            of those the members of a JSON object, null where there is none.
        """
        words = whole.unique()
        members = []
        for name, text in zip(names, parts_of(words, [ENTRY[one] for one in names]), strict=True):
            kept = text
            if name in SAYS_NOTHING:
                kept = text.set(text.str.contains(SAYS_NOTHING[name]), "")
            elif name in _DATES:
                days = days_of(text)
                kept = text.set(days.is_null(), "")
                if not kept.equals(text.set(text.is_in(NO_DATES), "")):
                    [every] = cut.fields([ENTRY[name]])
                    read_dates(every, lines, name, self._anomalies)
            if (kept != "").any():
                members.append(as_members(kept, name))
        if not members:
            return None
        inside = pl.DataFrame({str(n): one for n, one in enumerate(members)})
        joined = inside.select(pl.concat_str(pl.all(), separator=",", ignore_nulls=True))
        return whole, words, joined.to_series().replace("", None)

"""The records in front of the entries: what a TRA says of its journals, accounts and years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.tra.dates import days_of
from ecritures.formats.tra.places import MARK, NOT_READ, RECORDS
from ecritures.formats.tra.slices import Slices

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

_CODE_AT, _CODE_CHARS = len(MARK), 3
COLLECTIVE_NATURES = ("COC", "COD", "COF", "COS")


class Described:
    """What the records of a file say, gathered as they come.

    Args:
        anomalies: Where records that cannot be read are recorded.

    Attributes:
        journals: Journal → label.
        accounts: General account → label.
        collectives: The general accounts that third parties are of.
        third_parties: Third party → label.
        sirets: Establishment → its SIRET, "" where the record has none.
        sections: Axis and section → label.
        years: First and last day of each fiscal year.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._unknown: set[str] = set()
        self.journals: dict[str, str] = {}
        self.accounts: dict[str, str] = {}
        self.collectives: set[str] = set()
        self.third_parties: dict[str, str] = {}
        self.sirets: dict[str, str] = {}
        self.sections: dict[tuple[str, str], str] = {}
        self.years: list[tuple[date, date]] = []

    def take(self, records: pl.DataFrame) -> None:
        """Read records.

        Args:
            records: `line` and `value`.
        """
        codes = records["value"].str.slice(_CODE_AT, _CODE_CHARS).str.strip_chars()
        for code in codes.unique(maintain_order=True):
            mine = records.filter(codes == code)
            if code in RECORDS:
                self._read(code, mine)
            elif code not in NOT_READ and code not in self._unknown:
                self._unknown.add(code)
                self._anomalies.add("TRA-ENR-01", line=int(mine["line"][0]), value=code)

    def _read(self, name: str, records: pl.DataFrame) -> None:
        cut = Slices(records["value"], ascii_only=False)
        fields = cut.fields(RECORDS[name].values())
        found = pl.DataFrame(dict(zip(RECORDS[name], fields, strict=True)))
        nameless = found["code"] == ""
        if nameless.any():
            lines = records.filter(nameless).select("line", value=pl.lit(f"{MARK}{name}"))
            self._anomalies.extend("TRA-ENR-03", lines)
            found = found.filter(~nameless)
        match name:
            case "JAL":
                self.journals |= _labels(found)
            case "CGN":
                self.accounts |= _labels(found)
                of_third_parties = pl.col("nature").is_in(COLLECTIVE_NATURES)
                of_third_parties |= pl.col("collective") == "X"
                self.collectives |= set(found.filter(of_third_parties)["code"])
            case "CAE":
                self.third_parties |= _labels(found)
            case "ETB":
                self.sirets |= dict(found.select("code", "siret").iter_rows())
            case "EXO":
                self._add_years(found)
            case "SAT":
                for axis, code, label in found.select("axis", "code", "label").iter_rows():
                    self.sections[axis, code] = label
            case _:  # payment modes: lines name them, nothing is made of them
                pass

    def _add_years(self, found: pl.DataFrame) -> None:
        for start, end in zip(days_of(found["start"]), days_of(found["end"]), strict=True):
            if isinstance(start, date) and isinstance(end, date):
                self.years.append((start, end))


def _labels(found: pl.DataFrame) -> dict[str, str]:
    return dict(found.select("code", "label").iter_rows())

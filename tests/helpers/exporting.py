"""Exports of a dossier, made in the process of the test, and its entries as plain values."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ecritures.app.exporting import make_export
from ecritures.exports.snapshot import take_snapshot
from ecritures.exports.wanted import Period, Wanted, find_period
from ecritures.exports.whole_lines import LINES, whole_lines
from ecritures.reading.check import CheckOptions, check_file
from ecritures.rules.dgfip import CONFORMING

if TYPE_CHECKING:
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.exports.exporter import Exported


@dataclass
class Exporting:
    """Exports one dossier into a folder."""

    database: Database
    dossier: Dossier
    folder: Path

    def __call__(
        self,
        form: str = "fec",
        *,
        year: str | None = None,
        days: tuple[date | None, date | None] = (None, None),
        **options: Any,
    ) -> Exported:
        self.folder.mkdir(exist_ok=True)
        wanted = Wanted(find_period(self.dossier, year, *days), form, **options)
        own = self.database.for_domain(self.dossier.domain_id)
        return make_export(own, self.dossier, wanted, self.folder)


def rows_of(exported: Exported) -> list[dict[str, str]]:
    """The lines of a FEC, by column name."""
    text = exported.path.read_bytes().decode(exported.encoding)
    head, *lines = [row.split(exported.separator) for row in text.split("\r\n")[:-1]]
    return [dict(zip(head, one, strict=True)) for one in lines]


def numbers_of(exported: Exported) -> list[str]:
    """Journal and number of the entries of a FEC, in its order."""
    named = [f"{row['JournalCode']} {row['EcritureNum']}" for row in rows_of(exported)]
    return list(dict.fromkeys(named))


def found_in(exported: Exported) -> dict[tuple[str, str], int]:
    """What an export has told: count by code and column."""
    return {(one.code, one.column): one.count for one in exported.findings}


def checked(exported: Exported) -> dict[str, int]:
    """What a check of an export finds, information apart."""
    options = CheckOptions(file_name=exported.path.name, as_dgfip=True)
    report = check_file(exported.path, options)
    assert report.official is not None
    assert report.official.verdict == CONFORMING, report.official
    return {c: n for c, n in report.anomalies.counts.items() if not c.startswith("FEC-REV")}


def entries_of(database: Database, dossier: Dossier, *but: str) -> Counter[Any]:
    """The entries of a ledger, each with its lines in any order; `but`: columns left out."""
    names = [name for name in LINES if name not in but]
    own = database.for_domain(dossier.domain_id)
    held = defaultdict(list)
    with TemporaryDirectory() as folder:
        copied = take_snapshot(own, dossier, Period(), Path(folder), with_drafts=True)
        for rows in whole_lines(copied):
            for row in rows.iter_rows(named=True):
                extra = json.loads(row["extra"] or "{}")
                row["extra"] = tuple(sorted((k, str(v)) for k, v in extra.items()))
                held[row["rank"]].append(tuple(row[name] for name in names))
    return Counter(tuple(sorted(one, key=repr)) for one in held.values())

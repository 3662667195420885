"""Writes whole lines as an extended TRA, then reads it again to tell what it does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.core.splits import split_rows
from ecritures.exports.comparison import CODECS, Comparison, Fit
from ecritures.exports.findings import Findings
from ecritures.exports.whole_lines import whole_lines
from ecritures.formats.definition import ReadOptions
from ecritures.formats.extra import member_texts
from ecritures.formats.registry import open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.formats.tra import write as tra
from ecritures.formats.tra.lines import NAMES
from ecritures.formats.tra.terms import in_terms_of_tra

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from ecritures.directory.dossiers import Dossier
    from ecritures.exports.exporter import Exported

USUAL_ENCODING = "windows-1252"
ENCODINGS = ("windows-1252", "utf-8")
_FIELDS = {
    *(name for name in NAMES if name not in {"amount", "direction"}),
    *("journal_label", "account_label", "third_party_label", "splits", "attachments"),
}
_BLOCK_BYTES = 4 << 20


@dataclass
class _Described:
    """What the lines of an export name: each code with its first label."""

    journals: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    third_parties: dict[str, str] = field(default_factory=dict)
    collectives: dict[str, str] = field(default_factory=dict)  # third party → its account
    sections: dict[tuple[str, str], str] = field(default_factory=dict)  # axis, section → label
    payment_modes: set[str] = field(default_factory=set)
    keeps_numbers: bool = True


def write_tra(exported: Exported, blocks: Iterator[pl.DataFrame], path: Path) -> None:
    """Write a file, and record what it cannot express.

    Numbers of entries that the format has no place for are all replaced by those of their order:
    without a number, entries would become one.

    Raises:
        RefusedRequestError: The format is not written in that encoding.
    """
    snapshot = exported.snapshot
    encoding = _encoding(exported.wanted.encoding)
    codec = CODECS[encoding]
    exported.encoding = encoding
    found = _described(exported)
    axes = tra.short_axes(axis for axis, _ in found.sections)
    records = list(_records(snapshot.dossier, found, axes))
    journals = tra.short_codes(found.journals)
    sirets = {siret: f"{n:03d}" for n, siret in enumerate(snapshot.dossier.sirets, 1)}
    fit = Fit("", codec, exported.findings)
    with path.open("wb") as target:
        target.write("".join(records).encode(codec, errors="replace"))
        for rows in _in_terms(blocks):
            fitting = fit.rows(rows)
            text = tra.lines(fitting, journals, sirets, axes, keeps_numbers=found.keeps_numbers)
            target.write(text.encode(codec, errors="replace"))  # of sections: compared below
    again = Fit("", codec, Findings())
    wanted = (again.rows(rows) for rows in _in_terms(whole_lines(snapshot)))
    comparison = Comparison(_FIELDS, exported.findings, by_file=True)
    comparison.compare(wanted, _read(path, encoding))


def _in_terms(blocks: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for rows in blocks:
        yield rows.with_columns(extra=in_terms_of_tra(rows["extra"]))


def _encoding(asked: str | None) -> str:
    if asked is None or asked in ENCODINGS:
        return asked or USUAL_ENCODING
    known = ", ".join(ENCODINGS)
    raise RefusedRequestError(
        "encoding-not-of-form",
        f"Un fichier tra est en {known} : « {asked} » n'en est pas.",
        f"A tra file is in {known}: “{asked}” is none of them.",
    )


def _described(exported: Exported) -> _Described:
    """Look through the lines for what the records in front of them have to say."""
    found = _Described(keeps_numbers=not exported.snapshot.sequence.shared)
    for rows in _in_terms(whole_lines(exported.snapshot)):
        found.payment_modes.update(member_texts(rows["extra"], "MODEPAIE").unique())
        for known, code, label in (
            (found.journals, "journal_code", "journal_label"),
            (found.accounts, "account_number", "account_label"),
            (found.third_parties, "third_party_number", "third_party_label"),
            (found.collectives, "third_party_number", "account_number"),
        ):
            pairs = rows.select(code, label).unique(code, keep="first", maintain_order=True)
            for name, text in pairs.iter_rows():
                known.setdefault(name, text)
        for axis, section, label in _sections_of(rows):
            found.sections.setdefault((axis, section), label)
        found.keeps_numbers &= bool(rows["entry_number"].str.contains(tra.NUMBER).all())
    found.third_parties.pop("", None)
    found.collectives.pop("", None)
    return found


def _sections_of(rows: pl.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield axis, section and label of the sections of some lines, each once."""
    if (rows["splits"] != "").any():
        named = split_rows(rows.select("splits")).select("axis", "section", "label")
        yield from named.unique(("axis", "section"), keep="first", maintain_order=True).iter_rows()


def _records(dossier: Dossier, found: _Described, axes: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines in front of those of entry."""
    yield tra.header(dossier.name)
    for number, year in enumerate(dossier.fiscal_years, 1):
        yield tra.fiscal_year(number, year.start, year.end)
    for number, siret in enumerate(dossier.sirets, 1):
        yield tra.record("ETB", code=f"{number:03d}", label=dossier.name, siret=siret)
    yield from tra.payment_modes(found.payment_modes)
    collective = set(found.collectives.values())
    for code, label in sorted(found.accounts.items()):
        nature = "COD" if code in collective else "DIV"
        flag = "X" if code in collective else "-"
        yield tra.record("CGN", code=code, label=label, nature=nature, collective=flag)
    for code, label in sorted(found.third_parties.items()):
        general = found.collectives[code]
        yield tra.record("CAE", code=code, label=label, nature="DIV", general=general)
    for (axis, section), label in sorted(found.sections.items()):
        if axis in axes:
            yield tra.record("SAT", code=section, label=label, axis=axes[axis])
    short = tra.short_codes(found.journals)
    for code, label in sorted(found.journals.items()):
        yield tra.record("JAL", code=short[code], label=label, nature="OD")


def _read(path: Path, encoding: str) -> Iterator[pl.DataFrame]:
    options = ReadOptions("tra", block_bytes=_BLOCK_BYTES)
    reader = open_reader(path, Encoding(encoding), options, Anomalies(0))
    return (block.lines for block in reader.blocks())

"""Writes whole lines as an extended TRA, then reads it again to tell what it does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.splits import split_rows
from ecritures.exports.comparison import CODECS, Comparison, Fit
from ecritures.exports.findings import Findings
from ecritures.exports.plain_texts import plain
from ecritures.exports.whole_lines import whole_lines
from ecritures.formats.definition import ReadOptions
from ecritures.formats.extra import member_texts
from ecritures.formats.registry import open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.formats.tra import write as tra
from ecritures.formats.tra.lines import NAMES
from ecritures.formats.tra.terms import in_terms_of_tra, without_what_says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

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
        ConflictError: Codes that differ would be the same in the file.
        RefusedRequestError: The format is not written in that encoding.
    """
    snapshot = exported.snapshot
    encoding = _encoding(exported.wanted.encoding)
    codec = CODECS[encoding]
    exported.encoding = encoding
    found = _described(exported)
    axes = tra.short_axes(axis for axis, _ in found.sections)
    _refuse_merged(found, axes, codec)
    journals = tra.short_codes(plain(code, codec) for code in found.journals)
    records = list(_records(snapshot.dossier, found, axes, journals, codec))
    sirets = {siret: f"{n:03d}" for n, siret in enumerate(snapshot.dossier.sirets, 1)}
    fit = Fit("", codec, exported.findings)
    places, line = [], len(records) + 1
    with path.open("wb") as target:
        target.write("".join(records).encode(codec, errors="replace"))
        for rows in _in_terms(blocks):
            fitting = fit.rows(rows)
            texts = tra.lines(fitting, journals, sirets, axes, keeps_numbers=found.keeps_numbers)
            places.append((tra.are_entries(texts).arg_true() + line).cast(pl.UInt32))
            line += texts.len()
            text = "".join(f"{one}{tra.LINE_END}" for one in texts)
            target.write(text.encode(codec, errors="replace"))  # of sections: compared below
    again = Fit("", codec, Findings())
    wanted = (_telling(again.rows(rows)) for rows in _in_terms(whole_lines(snapshot)))
    comparison = Comparison(_FIELDS, exported.findings)
    comparison.compare_by_line(wanted, places, _read(path, encoding))


def _telling(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(extra=without_what_says_nothing(rows["extra"]))


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


def _refuse_merged(found: _Described, axes: Mapping[str, str], codec: str) -> None:
    """Refuse codes that differ and would be the same in the file: it would merge them.

    Raises:
        ConflictError: There are such codes.
    """
    _refuse_same("journaux", "journals", {one: plain(one, codec) for one in found.journals})
    for fr, en, codes in (
        ("comptes", "accounts", found.accounts),
        ("tiers", "third parties", found.third_parties),
    ):
        _refuse_same(fr, en, {code: tra.short(plain(code, codec)) for code in codes})
    for axis in axes:
        sections = [section for of, section in found.sections if of == axis]
        written = {one: one.encode(codec, "replace").decode(codec) for one in sections}
        written = {one: tra.short(text) for one, text in written.items()}
        _refuse_same("sections", "sections", written)


def _refuse_same(fr: str, en: str, written: Mapping[str, str]) -> None:
    first: dict[str, str] = {}
    for code, text in sorted(written.items()):
        other = first.setdefault(text, code)
        if other != code:
            raise ConflictError(
                "export-codes-merged",
                f"Un TRA garde {tra.CODE_CHARS} caractères d'un code : les {fr} « {other} » et"
                f" « {code} » y seraient confondus (« {text} »). Demandez une autre forme"
                " (--as csv), ou l'UTF-8 (--encoding utf-8) si c'est un caractère qui manque.",
                f"A TRA keeps {tra.CODE_CHARS} characters of a code: the {en} “{other}” and"
                f" “{code}” would be confused (“{text}”). Ask for another form (--as csv), or for"
                " UTF-8 (--encoding utf-8) if it is a character that is lacking.",
            )


def _sections_of(rows: pl.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield axis, section and label of the sections of some lines, each once."""
    if (rows["splits"] != "").any():
        named = split_rows(rows.select("splits")).select("axis", "section", "label")
        yield from named.unique(("axis", "section"), keep="first", maintain_order=True).iter_rows()


def _records(
    dossier: Dossier,
    found: _Described,
    axes: Mapping[str, str],
    journals: Mapping[str, str],
    codec: str,
) -> Iterator[str]:
    """Yield the lines in front of those of entry."""

    def record(name: str, **values: str) -> str:
        return tra.record(name, **{key: plain(text, codec) for key, text in values.items()})

    yield tra.header(plain(dossier.name, codec))
    for number, year in enumerate(dossier.fiscal_years, 1):
        yield tra.fiscal_year(number, year.start, year.end)
    for number, siret in enumerate(dossier.sirets, 1):
        yield record("ETB", code=f"{number:03d}", label=dossier.name, siret=siret)
    yield from tra.payment_modes(found.payment_modes)
    collective = set(found.collectives.values())
    for code, label in sorted(found.accounts.items()):
        nature = "COD" if code in collective else "DIV"
        flag = "X" if code in collective else "-"
        yield record("CGN", code=code, label=label, nature=nature, collective=flag)
    for code, label in sorted(found.third_parties.items()):
        general = found.collectives[code]
        yield record("CAE", code=code, label=label, nature="DIV", general=general)
    for (axis, section), label in sorted(found.sections.items()):
        if axis in axes:
            yield tra.record("SAT", code=section, label=label, axis=axes[axis])
    for code, label in sorted(found.journals.items()):
        yield record("JAL", code=journals[plain(code, codec)], label=label, nature="OD")


def _read(path: Path, encoding: str) -> Iterator[pl.DataFrame]:
    options = ReadOptions("tra", block_bytes=_BLOCK_BYTES)
    reader = open_reader(path, Encoding(encoding), options, Anomalies(0))
    return (block.lines for block in reader.blocks())

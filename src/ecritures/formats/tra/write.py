"""Writes canonical lines as an extended TRA, which `reader` reads again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import cents_text_of
from ecritures.core.opening_journals import is_opening_journal
from ecritures.core.splits import split_rows
from ecritures.formats.extra import member_texts
from ecritures.formats.fec.write import scaled_text
from ecritures.formats.tra.amounts import USUAL
from ecritures.formats.tra.analytics import AXES, SPLIT
from ecritures.formats.tra.attachments import ATTACHMENT
from ecritures.formats.tra.openings import OPENING
from ecritures.formats.tra.places import (
    DOCUMENT,
    ENTRY,
    EXTENDED_WIDTH,
    HEADER,
    MARK,
    RECORDS,
    STANDARD,
)
from ecritures.formats.tra.terms import PAYMENT_MODES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from ecritures.formats.tra.places import Place

LINE_END = "\r\n"
RANK_OF_DOCUMENTS = 1 << 30
"""Behind all splits of a line."""
CONTENT, FORM, VERSION = "DOS", "ETE", "011"
"""A whole dossier: of journals alone, lettering would not be read."""
NO_DATE = "01011900"
JOURNAL_CHARS = ENTRY["JOURNAL"].length
CODE_CHARS = ENTRY["GENERAL"].length
"""Of an account, a third party, a section."""
NUMBER = r"^[1-9][0-9]{0,7}$"
"""The numbers of entries that the format has a place for."""
KEPT = (
    *("TYPEPIECE", "MODEPAIE", "ECHEANCE", "TAUXDEV", "NUMECHE", "REFEXTERNE", "AFFAIRE"),
    *(
        "QTE1",
        "QTE2",
        "QUALIFQTE1",
        "QUALIFQTE2",
        "REFLIBRE",
        "REGIMETVA",
        "TVA",
        "TPF",
        "CONTREPARTIEGEN",
        "CONTREPARTIEAUX",
    ),
    *("REFPOINTAGE", "DATEPOINTAGE", "DATERELANCE", "DATEVALEUR", "RIB", "REFRELEVE"),
    *("NUMEROIMMO", "LIBREDATE", "REFGESCOM", "CUTOFFDEB", "CUTOFFFIN"),
    *(f"LIBRETEXTE{n}" for n in range(10)),
    *(f"LIBREMONTANT{n}" for n in range(4)),
)
"""What lines keep beyond the canonical columns, under the names of the format."""
_ANY_OPERATION = "OD"
_ON_THE_RIGHT = ("MONTANT", "TAUXDEV", "NUMERO", "QTE", "LIBREMONTANT", "NUMECHE")
_FOREIGN = "DE-"


def header(firm: str) -> str:
    """Return the first line."""
    places = {
        **HEADER,
        "switch": (18, 8),
        "stop": (26, 8),
        "firm": (89, 35),
        "release": (145, 3),
        "flags": (148, 3),
    }
    values = {
        "product": "S5",
        "origin": "CLI",
        "content": CONTENT,
        "form": FORM,
        "switch": NO_DATE,
        "stop": NO_DATE,
        "version": VERSION,
        "firm": firm,
        "release": "001",
        "flags": "---",
    }
    return MARK + _line(places, values)[len(MARK) :] + LINE_END


def record(name: str, **values: str) -> str:
    """Return a record of parameters."""
    return MARK + name + _line(RECORDS[name], values)[len(MARK + name) :] + LINE_END


def payment_modes(codes: Collection[str]) -> Iterator[str]:
    """Yield the records of the payment modes that lines of other formats name."""
    for mode in PAYMENT_MODES.values():
        if mode.code in codes:
            yield record("MDP", **mode._asdict())


def fiscal_year(number: int, start: date, end: date) -> str:
    """Return the record of a fiscal year."""
    days = {"start": f"{start:%d%m%Y}", "end": f"{end:%d%m%Y}"}
    label = f"Exercice {end:%Y}"
    return record("EXO", code=f"{number:03d}", state="OUV", label=label, **days)


def short(code: str) -> str:
    """Return what a line holds of the code of an account, a third party or a section."""
    return code[:CODE_CHARS].strip()


def short_codes(codes: Iterable[str]) -> dict[str, str]:
    """Return a code of three characters for each journal: its own where it fits, else one like it.

    No two journals get the same one: their entries would become those of one.
    """
    codes = sorted(set(codes))
    taken = {code for code in codes if len(code) <= JOURNAL_CHARS}
    found = {code: code for code in taken}
    for code in codes:
        if code not in found:
            found[code] = next(one for one in _candidates(code) if one not in taken)
            taken.add(found[code])
    return found


def short_axes(axes: Iterable[str]) -> dict[str, str]:
    """Return one of the axes of the format for each axis: itself, else one that is free.

    The format has five: further ones have no place in it.
    """
    named = sorted(set(axes))
    found = {axis: axis for axis in named if axis in AXES}
    free = [axis for axis in AXES if axis not in found]
    return found | dict(zip([axis for axis in named if axis not in found], free, strict=False))


def _candidates(code: str) -> Iterator[str]:
    yield code[:JOURNAL_CHARS]
    for number in range(1000):
        tail = str(number)
        yield code[: JOURNAL_CHARS - len(tail)] + tail


def lines(
    rows: pl.DataFrame,
    journals: Mapping[str, str],
    establishments: Mapping[str, str],
    axes: Mapping[str, str],
    *,
    keeps_numbers: bool,
) -> pl.Series:
    """Return the lines of some canonical lines, each with one side, its splits and documents.

    Args:
        rows: The columns of `LINE_SCHEMA` but `line`, and `rank`, the place of the entry.
        journals: Journal → its code in the file.
        establishments: SIRET → the code of its establishment.
        axes: Axis of sections → that of the file; splits on others are left out.
        keeps_numbers: Whether the numbers of entries are written, else their ranks.
    """
    opening = {
        code: OPENING
        for code, label in rows.select("journal_code", "journal_label").unique().iter_rows()
        if is_opening_journal(code, label)
    }
    rows = rows.with_columns(
        number="entry_number" if keeps_numbers else (pl.col("rank") + 1).cast(pl.String),
        opening=rows["journal_code"].replace_strict(opening, default="N", return_dtype=pl.String),
        journal=rows["journal_code"].replace(dict(journals)),
        establishment=rows["siret"].replace_strict(
            dict(establishments), default="", return_dtype=pl.String
        ),
    )
    texts = _texts(rows, {**_fields(), **_kept(rows)})
    if (rows["splits"] != "").any() or (rows["attachments"] != "").any():
        texts = _with_lines_behind(texts, rows, axes)
    return texts


def are_entries(texts: pl.Series) -> pl.Series:
    """Return which lines are lines of entry, and not splits or documents of one."""
    return ~texts.str.slice(STANDARD["TYPECPTE"].start - 1, 1).is_in([SPLIT, ATTACHMENT])


def _texts(rows: pl.DataFrame, fields: Mapping[str, pl.Expr]) -> pl.Series:
    filled = [_padded(name, fields[name]) for name in sorted(fields, key=_start)]
    return rows.select(_whole(fields, filled).alias("text")).to_series()


def _with_lines_behind(texts: pl.Series, rows: pl.DataFrame, axes: Mapping[str, str]) -> pl.Series:
    """Put analytic lines, then those of documents, behind the general lines they belong to."""
    general = pl.DataFrame({"text": texts, "rank": 0}).with_row_index("at")
    names = general.with_columns(name=rows["attachments"].str.split("\n")).explode("name")
    head = pl.concat_str(
        pl.col("text").str.slice(0, STANDARD["TYPECPTE"].start - 1),
        pl.lit(ATTACHMENT),
        pl.col("text").str.slice(
            STANDARD["TYPECPTE"].end, DOCUMENT.start - 1 - STANDARD["TYPECPTE"].end
        ),
    )
    documents = names.filter(pl.col("name") != "").select(
        "at",
        text=pl.concat_str(head, pl.col("name").str.head(DOCUMENT.length)),
        rank=pl.lit(RANK_OF_DOCUMENTS, pl.Int32),
    )
    split = _split_lines(rows, axes).cast({"rank": pl.Int32})
    parts = [general.cast({"rank": pl.Int32}), split, documents]
    both = pl.concat(parts, how="diagonal")
    return both.sort("at", "rank", maintain_order=True)["text"]


def _split_lines(rows: pl.DataFrame, axes: Mapping[str, str]) -> pl.DataFrame:
    """Return `at`, the place of the general line, `rank` and `text` of analytic lines."""
    parts = split_rows(rows.drop("label").with_columns(LIBELLE=rows["label"]).with_row_index("at"))
    parts = parts.filter(pl.col("axis").is_in(list(axes))).with_columns(
        label="LIBELLE",
        third_party_number="section",
        debit_cents=pl.col("cents").clip(lower_bound=0),
        credit_cents=-pl.col("cents").clip(upper_bound=0),
        currency=pl.lit(""),
        currency_amount=pl.lit(None, pl.Int64),
        lettering=pl.lit(""),
        lettering_date=pl.lit(None, pl.Date),
        axis=pl.col("axis").replace(dict(axes)),
    )
    own = {"TYPECPTE": pl.lit(SPLIT), "AXE": pl.col("axis")}
    return parts.select("at", "rank", text=_texts(parts, {**_fields(), **own}))


def _fields() -> dict[str, pl.Expr]:
    """Make the texts of the fields of canonical lines."""
    signed = pl.col("debit_cents") - pl.col("credit_cents")
    own = pl.col("debit_cents") + pl.col("credit_cents")
    on_debit = (
        pl.when(own < 0).then(pl.col("credit_cents") != 0).otherwise(pl.col("credit_cents") == 0)
    )
    euros = cents_text_of(signed.abs())
    is_foreign = (pl.col("currency_amount").fill_null(0) != 0) & (pl.col("currency") != "")
    foreign = scaled_text().cast(pl.String).str.strip_prefix("-")
    has_third_party = pl.col("third_party_number") != ""
    lettered = pl.col("lettering") != ""
    is_partial = pl.col("lettering") == pl.col("lettering").str.to_lowercase()
    state = pl.when(is_partial).then(pl.lit("PL")).otherwise(pl.lit("TL"))
    day = _day("lettering_date")
    return {
        "JOURNAL": pl.col("journal"),
        "DATECOMPTABLE": _day("entry_date"),
        "TYPEPIECE": pl.lit(_ANY_OPERATION),
        "GENERAL": pl.col("account_number"),
        "TYPECPTE": pl.when(has_third_party).then(pl.lit("X")).otherwise(pl.lit("")),
        "AUXILIAIRE": pl.col("third_party_number"),
        "REFINTERNE": pl.col("piece_ref"),
        "LIBELLE": pl.col("label"),
        "SENS": pl.when(on_debit).then(pl.lit("D")).otherwise(pl.lit("C")),
        "MONTANT1": pl.when(is_foreign).then(foreign).otherwise(euros),
        "TYPEECRITURE": pl.lit("N"),
        "NUMEROPIECE": pl.col("number"),
        "DEVISE": pl.col("currency"),
        "CODEMONTANT": pl.when(is_foreign).then(pl.lit(_FOREIGN)).otherwise(pl.lit(USUAL)),
        "MONTANT2": pl.when(is_foreign).then(euros).otherwise(pl.lit("")),
        "ETABLISSEMENT": pl.col("establishment"),
        "DATEREFEXTERNE": _day("piece_date"),
        "DATECREATION": _day("entry_date"),
        "ECRANOUVEAU": pl.col("opening"),
        "TVAENCAISSEMENT": pl.lit("-"),
        "DATEPAQUETMAX": day,
        "DATEPAQUETMIN": day,
        "LETTRAGE": pl.col("lettering"),
        "ETATLETTRAGE": pl.when(lettered).then(state).otherwise(pl.lit("RI")),
        "VALIDE": pl.when(pl.col("validation_date").is_not_null())
        .then(pl.lit("X"))
        .otherwise(pl.lit("-")),
        "VALIDDATE": _day("validation_date"),
    }


def _kept(rows: pl.DataFrame) -> dict[str, pl.Expr]:
    """Give back what a line kept beyond its canonical columns."""
    if rows["extra"].null_count() == rows.height:
        return {}
    found = {name: member_texts(rows["extra"], name) for name in KEPT}
    found["TYPEPIECE"] = found["TYPEPIECE"].replace("", _ANY_OPERATION)
    return {name: pl.lit(text) for name, text in found.items() if (text != "").any()}


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%d%m%Y").fill_null(NO_DATE)


def _padded(name: str, text: pl.Expr) -> pl.Expr:
    length = ENTRY[name].length
    cut = text.str.head(length)
    on_the_right = name.startswith(_ON_THE_RIGHT)
    return cut.str.pad_start(length) if on_the_right else cut.str.pad_end(length)


def _whole(fields: Iterable[str], filled: list[pl.Expr]) -> pl.Expr:
    """Join fields, with blanks where there is none."""
    parts, at = [], 1
    for name, text in zip(sorted(fields, key=_start), filled, strict=True):
        place = ENTRY[name]
        if place.start > at:
            parts.append(pl.lit(" " * (place.start - at)))
        parts.append(text)
        at = place.end + 1
    if at <= EXTENDED_WIDTH:
        parts.append(pl.lit(" " * (EXTENDED_WIDTH + 1 - at)))
    return pl.concat_str(parts)


def _start(name: str) -> int:
    return ENTRY[name].start


def _line(places: Mapping[str, Place | tuple[int, int]], values: Mapping[str, str]) -> str:
    """Put values at their places, in a line as long as the last of them needs."""
    width = max(start + length - 1 for start, length in places.values())
    line = [" "] * width
    for name, text in values.items():
        start, length = places[name]
        line[start - 1 : start - 1 + length] = text[:length].ljust(length)
    return "".join(line)

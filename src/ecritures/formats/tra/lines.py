"""Turns the lines of entry of a TRA into canonical lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.lines import LINE_SCHEMA, Block
from ecritures.formats.tra.amounts import AmountReader, on_sides
from ecritures.formats.tra.analytics import ANALYTIC, SPLIT_AND_GENERAL, Splits
from ecritures.formats.tra.attachments import Attachments
from ecritures.formats.tra.codes import Codes
from ecritures.formats.tra.dates import read_entry_dates
from ecritures.formats.tra.entry_numbers import Numbers
from ecritures.formats.tra.extended import ExtendedReader
from ecritures.formats.tra.left_out import LeftOut
from ecritures.formats.tra.openings import Openings
from ecritures.formats.tra.places import EXTENDED, STANDARD
from ecritures.formats.tra.slices import Slices, parts_of_runs
from ecritures.formats.tra.widths import Widths

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.header import Header
    from ecritures.formats.tra.records import Described

_GROUPS = (  # fields close together that are often the same on several lines
    ("JOURNAL", "DATECOMPTABLE"),
    ("GENERAL", "TYPECPTE", "AUXILIAIRE"),
    ("DEVISE", "CODEMONTANT", "MONTANT2", "MONTANT3", "ETABLISSEMENT", "AXE"),
)
ORDINARY, OTHER_TYPES = "N", ("S", "U", "R", "P")
NAMES = {
    "journal_code": "JOURNAL",
    "entry_number": "NUMEROPIECE",
    "entry_date": "DATECOMPTABLE",
    "account_number": "GENERAL",
    "third_party_number": "AUXILIAIRE",
    "piece_ref": "REFINTERNE",
    "piece_date": "DATEREFEXTERNE",
    "label": "LIBELLE",
    "amount": "MONTANT1",
    "direction": "SENS",
    "lettering": "LETTRAGE",
    "lettering_date": "DATEPAQUETMAX",
    "validation_date": "VALIDDATE",
    "currency_amount": "MONTANT2",
    "currency": "DEVISE",
    "siret": "ETABLISSEMENT",
}
"""Canonical column → what the format calls it."""
_UNLETTERED = {name: shown for name, shown in NAMES.items() if not name.startswith("lettering")}


class LineReader:
    """Reads lines of entry.

    Args:
        described: What the records of the file say.
        anomalies: Where what cannot be read is recorded.
    """

    def __init__(self, described: Described, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._widths = Widths(anomalies)
        self._amounts = AmountReader(anomalies)
        self._splits = Splits(described, anomalies)
        self._attachments = Attachments(anomalies)
        self._left_out = LeftOut(anomalies)
        self._numbers = Numbers(anomalies)
        self._codes = Codes(described, anomalies)
        self._extended = ExtendedReader(anomalies)
        self._openings = Openings(described, anomalies)

    def read(self, lines: pl.DataFrame, header: Header, *, ascii_only: bool) -> Block | None:
        """Read lines; None where none of them is an entry of the books.

        Args:
            lines: `line` and `value`.
            header: That of their file.
            ascii_only: Whether every character is one byte.
        """
        documents = self._attachments.read(lines)
        lines = self._widths.whole(lines, header, ascii_only=ascii_only)
        if lines.is_empty():
            return None
        cut = Slices(lines["value"], ascii_only=ascii_only)
        front = self._front(lines["line"], cut)
        splits = self._read_splits(front, cut)
        kept = self._kept(front)
        if not kept.all():
            lines, front = lines.filter(kept), front.filter(kept)
            if lines.is_empty():
                return None
            cut = Slices(lines["value"], ascii_only=ascii_only)
        for beside in (splits, documents):
            if beside is not None:
                front = front.join(beside, on="line", how="left", maintain_order="left")
        return self._block(front, cut, header)

    def finish(self) -> None:
        """Record what only the whole file shows."""
        gathered = (self._widths, self._splits, self._left_out, self._numbers)
        for one in (*gathered, self._extended):
            one.finish()

    def _front(self, lines: pl.Series, cut: Slices) -> pl.DataFrame:
        """Return what tells entries from other lines, with the amounts.

        Returns:
            `line`, `journal`, `day`, `account`, `kind`, `auxiliary`, `direction`, `type`,
            `currency`, `axis`, `establishment`, `amount` and `foreign` (texts), and the two sides.
        """
        groups = [[STANDARD[name] for name in names] for names in _GROUPS]
        when, who, what = (
            parts_of_runs(whole, places)
            for whole, places in zip(cut.around(groups), groups, strict=True)
        )
        journal, day = when
        account, kind, auxiliary = who
        currency, codes, second, third, establishment, axis = what
        direction, amount, type_ = cut.fields(
            STANDARD[name] for name in ("SENS", "MONTANT1", "TYPEECRITURE")
        )
        amounts = self._amounts.read(lines, (amount, second, third), codes, currency)
        return pl.DataFrame(
            {
                "line": lines,
                "journal": journal,
                "day": day,
                "account": account,
                "kind": kind,
                "auxiliary": auxiliary,
                "direction": direction,
                "type": type_,
                "currency": currency,
                "axis": axis,
                "establishment": establishment,
                "amount": amounts.text,
                "foreign": amounts.foreign,
                **on_sides(amounts.cents, direction, lines, self._anomalies),
            }
        )

    def _read_splits(self, front: pl.DataFrame, cut: Slices) -> pl.DataFrame | None:
        if not front["kind"].is_in(ANALYTIC).any():
            return None
        [number] = cut.fields([STANDARD["NUMEROPIECE"]])
        return self._splits.read(
            front.select(
                *("line", "kind", "account", "axis", "journal", "day", "type"),
                section="auxiliary",
                number=number,
                signed=front["debit_cents"] - front["credit_cents"],
            )
        )

    def _kept(self, front: pl.DataFrame) -> pl.Series:
        """Return which lines enter the ledger; the others are checked and counted."""
        in_books = ~front["kind"].is_in(ANALYTIC) | (front["kind"] == SPLIT_AND_GENERAL)
        ordinary = front["type"] == ORDINARY
        if not ordinary.all():
            known = front["type"].is_in(OTHER_TYPES)
            self._left_out.add(front.filter(known & in_books))
            odd = front.filter(~ordinary & ~known).select("line", value="type")
            expected = ", ".join((ORDINARY, *OTHER_TYPES))
            odd = odd.with_columns(expected=pl.lit(expected))
            self._anomalies.extend("TRA-TYP-02", odd, column="TYPEECRITURE")
        return in_books & ordinary

    def _block(self, front: pl.DataFrame, cut: Slices, header: Header) -> Block:
        lines = front["line"]
        number, piece, label = cut.fields(
            STANDARD[name] for name in ("NUMEROPIECE", "REFINTERNE", "LIBELLE")
        )
        blank = constant("", lines.len(), pl.String)
        third_party = self._codes.third_parties(front)
        extended, extra = self._extended.read(lines, cut, header)
        if header.extended:
            self._openings.look(front, *cut.fields([EXTENDED["ECRANOUVEAU"]]))
        texts = {
            "line": lines,
            "journal_code": front["journal"],
            "entry_number": self._numbers.read(lines, number),
            "entry_date": front["day"],
            "account_number": front["account"],
            "third_party_number": third_party,
            "piece_ref": piece,
            "label": label,
            "amount": front["amount"],
            "direction": front["direction"],
            "currency_amount": front["foreign"],
            "currency": _currency(front),
        }
        scaled = self._amounts.scaled(front["foreign"])
        columns = texts | extended | self._codes.labels(front, third_party)
        columns |= {
            "entry_date": read_entry_dates(front["day"], lines, self._anomalies),
            "debit_cents": front["debit_cents"],
            "credit_cents": front["credit_cents"],
            "currency_amount": scaled["value"],
            "currency_scale": scaled["scale"],
            "siret": self._codes.sirets(front),
            "extra": extra,
            **{
                name: front.get_column(name, default=blank).fill_null("")
                for name in ("splits", "attachments")
            },
        }
        made = {name: columns.get(name, blank) for name in LINE_SCHEMA}
        canonical = pl.DataFrame(made, schema=LINE_SCHEMA)
        names = NAMES if header.lettered and header.extended else _UNLETTERED
        return Block(canonical, pl.DataFrame(texts), names, "model")


def _currency(front: pl.DataFrame) -> pl.Series:
    """Return the currency of the lines that have an amount in another than the books'."""
    currency = front["currency"]
    if (currency == "").all():
        return currency
    own = (currency == "EUR") & (front["foreign"] == "")
    return currency.set(own, "")

"""Amounts: what is none, what is badly written, and what a side should hold (A47 A-1 X, XII 2°)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.model.anomalies import Anomalies
    from ecritures.model.lines import Block

_PLAIN = r"^[+-]?[0-9]+(,[0-9]+)?[+-]?$"
_KINDS = (  # the first that fits says why a text is no amount
    ("FEC-MNT-08", r"^[+-]?[0-9]{13,}(,[0-9]{0,2})?[+-]?$"),
    ("FEC-MNT-04", r"^[+-]?[0-9]*,[0-9]{3,}[+-]?$"),
    ("FEC-MNT-01", r"^[+-]?[0-9]+\.[0-9]{1,2}[+-]?$"),
    ("FEC-MNT-02", r"^[+-]?[0-9]{1,3}([\s\u00a0\u202f'’.,][0-9]{3})+([.,][0-9]{1,2})?[+-]?$"),
    ("FEC-MNT-03", r""),
)


class AmountChecks:
    """Looks at the amounts of each block, and at the directions of the whole file."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._directions: set[str] = set()
        self._signed_line: int | None = None

    def check(self, block: Block) -> None:
        """Record what is wrong with the amounts of a block."""
        if "amount" in block.text.columns:
            self._check_spelling(block, "amount", ("debit_cents", "credit_cents"))
            self._check_directions(block)
        else:
            self._check_spelling(block, "debit_cents", ("debit_cents",))
            self._check_spelling(block, "credit_cents", ("credit_cents",))
        self._check_sides(block)
        self._check_currency(block)

    def finish(self) -> None:
        """Record what only the whole file tells."""
        letters, numbers = self._directions & set("DCdc"), self._directions - set("DCdc")
        if letters and numbers:
            self._anomalies.add(
                "FEC-SEN-02",
                line=self._signed_line,
                value=", ".join(sorted(letters) + sorted(numbers)),
            )

    def _check_spelling(self, block: Block, column: str, typed: tuple[str, ...]) -> None:
        text = block.text[column]
        name = block.names.get(column, column)
        regular = text.str.contains(_PLAIN)
        if not regular.all():
            self._record_odd(block, column, typed)
        for side in typed:
            negative = block.lines[side] < 0
            if negative.any():
                found = block.text.filter(negative.fill_null(value=False))
                self._anomalies.extend(
                    "FEC-MNT-07", found.select("line", value=column), column=name
                )

    def _record_odd(self, block: Block, column: str, typed: tuple[str, ...]) -> None:
        name = block.names.get(column, column)
        unread = pl.all_horizontal(block.lines[side].is_null() for side in typed)
        odd = block.text.select(
            "line", value=pl.col(column).str.strip_chars(), unread=unread, raw=pl.col(column)
        ).filter((pl.col("value") != "") & ~pl.col("raw").str.contains(_PLAIN) | unread)
        odd = odd.filter(pl.col("value") != "")
        if column == "amount":  # an unknown direction hides the amount too: judge the text alone
            odd = odd.with_columns(unread=pl.col("unread") & ~pl.col("value").str.contains(_PLAIN))
        read, odd = odd.filter(~pl.col("unread")), odd.filter("unread")
        read = read.filter(~pl.col("raw").str.contains(_PLAIN))
        self._anomalies.extend("FEC-MNT-11", read.with_columns(value="raw"), column=name)
        for code, pattern in _KINDS:
            fits = pl.col("value").str.contains(pattern)
            comma = pl.col("value").str.replace_all(".", ",", literal=True)
            self._anomalies.extend(code, odd.filter(fits).with_columns(expected=comma), column=name)
            odd = odd.filter(~fits)

    def _check_directions(self, block: Block) -> None:
        name = block.names.get("direction")
        words = block.text.select("line", value=pl.col("direction").str.strip_chars())
        distinct = words["value"].unique().to_list()
        if self._directions and set(distinct) - self._directions and self._signed_line is None:
            new = words.filter(~pl.col("value").is_in(self._directions))
            self._signed_line = int(new["line"][0])
        known = {"D", "C", "+1", "-1"}
        odd = {"d", "c", "+ 1", "- 1"}
        self._directions |= set(distinct) & (known | odd)
        if set(distinct) <= known:
            return
        self._anomalies.extend("FEC-SEN-05", words.filter(pl.col("value").is_in(odd)), column=name)
        self._anomalies.extend(
            "FEC-SEN-01", words.filter(~pl.col("value").is_in(known | odd)), column=name
        )

    def _check_sides(self, block: Block) -> None:
        lines = block.lines
        debit, credit = lines["debit_cents"].fill_null(0), lines["credit_cents"].fill_null(0)
        both = (debit != 0) & (credit != 0)
        if both.any():
            value = pl.concat_str("debit_cents", pl.lit(" / "), "credit_cents")
            found = block.text.filter(both).select("line", value=value)
            self._anomalies.extend("FEC-MNT-05", found, column=block.names.get("credit_cents"))
        neither = (debit == 0) & (credit == 0)
        if not neither.any():
            return
        given = [c for c in ("debit_cents", "credit_cents", "amount") if c in block.text.columns]
        text = pl.concat_str(given).str.strip_chars()
        found = block.text.filter(neither).with_columns(value=text)
        name = block.names.get("amount") or block.names.get("debit_cents")
        self._anomalies.extend(
            "FEC-OBL-05", found.filter(pl.col("value") == "").select("line"), column=name
        )
        no_currency = lines.filter(neither)["currency_amount"].fill_null(0) == 0
        zero = pl.col("value").str.contains(r"^[-+0,]+$")
        self._anomalies.extend(
            "FEC-MNT-06", found.filter(no_currency).filter(zero).select("line"), column=name
        )

    def _check_currency(self, block: Block) -> None:
        if "currency_amount" not in block.text.columns:
            return
        unread = block.lines["currency_amount"].is_null()
        text = block.text.select("line", value=pl.col("currency_amount").str.strip_chars())
        self._anomalies.extend(
            "FEC-DEV-02",
            text.filter(unread & (pl.col("value") != "")),
            column=block.names.get("currency_amount"),
        )

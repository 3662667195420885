"""Amounts: what is none, what is badly written, and what a side should hold (A47 A-1 X, XII 2°)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty, or_zero

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_PLAIN = {"flat": r"^[+-]?[0-9]+(,[0-9]+)?[+-]?$", "xml": r"^[+-]?[0-9]+(\.[0-9]+)?$"}
_READABLE = {
    "flat": r"^[+-]? ?[0-9]{0,12}(,[0-9]{0,2})?[+-]?$",
    "xml": r"^[+-]?[0-9]{0,12}(\.[0-9]{0,2})?$",
}
_ODD = {"flat": "FEC-MNT-11", "xml": "FEC-XML-11"}
_DIRECTIONS = ("D", "C", "+1", "-1", "d", "c", "+ 1", "- 1")
_FLAT_KINDS = (  # the first that fits says why a text is no amount
    ("FEC-MNT-08", r"^[+-]?[0-9]{13,}(,[0-9]{0,2})?[+-]?$"),
    ("FEC-MNT-04", r"^[+-]?[0-9]*,[0-9]{3,}[+-]?$"),
    ("FEC-MNT-01", r"^[+-]?[0-9]+\.[0-9]{1,2}[+-]?$"),
    ("FEC-MNT-02", r"^[+-]?[0-9]{1,3}([\s\u00a0\u202f'’.,][0-9]{3})+([.,][0-9]{1,2})?[+-]?$"),
    ("FEC-MNT-03", r""),
)
_XML_KINDS = (
    ("FEC-MNT-08", r"^[+-]?[0-9]{13,}(\.[0-9]{0,2})?$"),
    ("FEC-MNT-04", r"^[+-]?[0-9]*\.[0-9]{3,}$"),
    ("FEC-XML-17", r""),
)
_KINDS = {"flat": _FLAT_KINDS, "xml": _XML_KINDS}


def _unread(block: Block, column: str, typed: tuple[str, ...]) -> pl.Series:
    """Tell which texts are no exact amount; an unknown direction hides the amount's value."""
    unread = block.lines[typed[0]].is_null()
    if column == "amount" and unread.any():
        known = block.text["direction"].str.strip_chars().is_in(_DIRECTIONS)
        readable = block.text[column].str.strip_chars().str.contains(_READABLE[block.notation])
        return unread & (known | ~readable)
    return unread


class AmountChecks:
    """Looks at the amounts of each block, and at the directions of the whole file."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._directions: dict[str, int] = {}  # each word, and the first line that has it

    def check(self, block: Block) -> None:
        """Record what is wrong with the amounts of a block."""
        if block.notation == "model":
            self._check_negative(block)
        elif "amount" in block.text.columns:
            self._check_spelling(block, "amount", ("debit_cents", "credit_cents"))
            self._check_directions(block)
        else:
            self._check_spelling(block, "debit_cents", ("debit_cents",))
            self._check_spelling(block, "credit_cents", ("credit_cents",))
            if block.notation == "flat":  # an element that is not there leaves nothing empty
                self._check_empty_side(block)
        self._check_sides(block)
        self._check_currency(block)

    def finish(self) -> None:
        """Record what only the whole file tells."""
        letters = {word: line for word, line in self._directions.items() if word in "DCdc"}
        numbers = {word: line for word, line in self._directions.items() if word not in "DCdc"}
        if letters and numbers:
            self._anomalies.add(
                "FEC-SEN-02",
                line=max(min(letters.values()), min(numbers.values())),
                value=", ".join(sorted(letters) + sorted(numbers)),
            )

    def _check_spelling(self, block: Block, column: str, typed: tuple[str, ...]) -> None:
        name = block.names.get(column, column)
        if column not in block.plain:
            text = block.text[column].str.strip_chars()
            unread = _unread(block, column, typed)
            if unread.any():
                found = pl.DataFrame({"line": block.text["line"], "value": text}).filter(unread)
                self._record_unread(found, name, _KINDS[block.notation])
            odd = ~unread & ~block.text[column].str.contains(_PLAIN[block.notation]) & (text != "")
            if odd.any():
                found = block.text.filter(odd).select("line", value=column)
                self._anomalies.extend(_ODD[block.notation], found, column=name)
        for side in typed:
            self._record_negative(block, side, column)

    def _record_negative(self, block: Block, side: str, column: str) -> None:
        negative = block.lines[side] < 0
        if negative.any():
            found = block.text.filter(negative).select("line", value=column)
            self._anomalies.extend("FEC-MNT-07", found, column=block.names.get(column))

    def _check_negative(self, block: Block) -> None:
        for side, own in (("debit_cents", "debit_cents"), ("credit_cents", "credit_cents")):
            column = "amount" if "amount" in block.text.columns else own
            self._record_negative(block, side, column)

    def _record_unread(
        self, found: pl.DataFrame, name: str, kinds: tuple[tuple[str, str], ...]
    ) -> None:
        """Say why each text is no amount: the first kind that fits."""
        with_comma = pl.col("value").str.replace(".", ",", literal=True)
        for code, pattern in kinds:
            fits = pl.col("value").str.contains(pattern)
            self._anomalies.extend(
                code, found.filter(fits).with_columns(expected=with_comma), column=name
            )
            found = found.filter(~fits)

    def _check_directions(self, block: Block) -> None:
        name = block.names.get("direction")
        words = block.text.select("line", value=pl.col("direction").str.strip_chars())
        distinct = words["value"].unique().to_list()
        known = {"D", "C", "+1", "-1"}
        odd = {"d", "c", "+ 1", "- 1"}
        for word in set(distinct) & (known | odd) - self._directions.keys():
            self._directions[word] = int(words.filter(value=word)["line"][0])
        if set(distinct) <= known:
            return
        self._anomalies.extend("FEC-SEN-05", words.filter(pl.col("value").is_in(odd)), column=name)
        self._anomalies.extend(
            "FEC-SEN-01", words.filter(~pl.col("value").is_in(known | odd)), column=name
        )

    def _check_empty_side(self, block: Block) -> None:
        debit, credit = block.text["debit_cents"], block.text["credit_cents"]
        for column, side, other in (
            ("debit_cents", debit, credit),
            ("credit_cents", credit, debit),
        ):
            alone = (side == "") & (other != "")
            if alone.any():
                found = block.lines.filter(alone).select("line")
                self._anomalies.extend("FEC-MNT-10", found, column=block.names.get(column))

    def _check_sides(self, block: Block) -> None:
        lines = block.lines
        debit, credit = or_zero(lines["debit_cents"]), or_zero(lines["credit_cents"])
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
        zero = pl.col("value").str.contains(r"^[-+0,.]+$")
        self._anomalies.extend(
            "FEC-MNT-06", found.filter(no_currency).filter(zero).select("line"), column=name
        )

    def _check_currency(self, block: Block) -> None:
        if "currency_amount" not in block.text.columns or all_null_are_empty(
            block.lines["currency_amount"], block.text["currency_amount"]
        ):
            return
        unread = block.lines["currency_amount"].is_null()
        text = block.text.select("line", value=pl.col("currency_amount").str.strip_chars())
        self._anomalies.extend(
            "FEC-DEV-02",
            text.filter(unread & (pl.col("value") != "")),
            column=block.names.get("currency_amount"),
        )

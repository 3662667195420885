"""The lettering of a request: it is taken where it nets to zero on its account, within the request.

Source: Cegid Loop, importJson: debit = credit inside the package, for the account.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import cents_text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_KEY = ("account_number", "third_party_number", "lettering")


def is_lettered(block: Block) -> bool:
    """Return whether a line of a block has a lettering code."""
    return bool((block.lines["lettering"] != "").any())


def unbalanced(blocks: Iterable[Block]) -> pl.DataFrame:
    """Return the lettering codes that do not net to zero.

    Returns:
        Account, third party and code; `line`, where each is first; `balance` in cents.
    """
    balance = pl.col("debit_cents").fill_null(0) - pl.col("credit_cents").fill_null(0)
    sums = [
        block.lines.filter(pl.col("lettering") != "")
        .group_by(_KEY)
        .agg(pl.col("line").min(), balance=balance.sum())
        for block in blocks
    ]
    whole = pl.concat(sums).group_by(_KEY).agg(pl.col("line").min(), pl.col("balance").sum())
    return whole.filter(pl.col("balance") != 0).sort("line")


def report(odd: pl.DataFrame, anomalies: Anomalies) -> None:
    """Record the codes that are not taken."""
    account = pl.concat_str("account_number", pl.lit(" "), "third_party_number")
    balance = cents_text_of(pl.col("balance"))
    expected = pl.concat_str(account.str.strip_chars_end(), pl.lit(" : "), balance)
    found = odd.select("line", value="lettering", expected=expected)
    anomalies.extend("JSON-LET-01", found, column="codeLettrage")


def without(block: Block, odd: pl.DataFrame) -> Block:
    """Return a block without those codes and their dates."""
    if odd.is_empty() or not is_lettered(block):
        return block
    marked = block.lines.join(
        odd.select(*_KEY, is_odd=True), on=_KEY, how="left", maintain_order="left"
    )
    taken = pl.col("is_odd").is_null()
    lines = marked.with_columns(
        lettering=pl.when(taken).then("lettering").otherwise(pl.lit("")),
        lettering_date=pl.when(taken).then("lettering_date"),
    ).drop("is_odd")
    return replace(block, lines=lines)

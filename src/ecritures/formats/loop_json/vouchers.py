"""The dates that the page wants in strict ISO: of vouchers, and of both ends of a cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.loop_json.dates import are_strict
from ecritures.formats.loop_json.fields import CUT_OFFS, VOUCHER_DATE

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

_CODES = {VOUCHER_DATE: "JSON-DAT-03", CUT_OFFS[0]: "JSON-DAT-05", CUT_OFFS[1]: "JSON-DAT-06"}


def check_vouchers(frame: pl.DataFrame, anomalies: Anomalies) -> None:
    """Check the texts of lines: `line`, `dateJustif`, `debCutOff`, `finCutOff`."""
    if frame.is_empty():  # nothing of these lines was an object
        return
    start, end = (frame[name] for name in CUT_OFFS)
    alone = (start == "") != (end == "")
    if alone.any():
        found = frame.filter(alone).select("line", value=pl.concat_str(*CUT_OFFS))
        anomalies.extend("JSON-DAT-04", found, column=CUT_OFFS[0])
    reversed_ = (end != "") & are_strict(start) & are_strict(end) & (end < start)
    if reversed_.any():
        found = frame.filter(reversed_).select("line", value=end.name, expected=start.name)
        anomalies.extend("JSON-DAT-08", found, column=CUT_OFFS[1])
    for name, code in _CODES.items():
        text = frame[name]
        if (text == "").all():
            continue
        odd = (text != "") & ~are_strict(text)
        anomalies.extend(code, frame.filter(odd).select("line", value=name), column=name)

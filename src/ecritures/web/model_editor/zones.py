"""The zones of fixed-width lines: where they are cut, and which field each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.web.model_editor.columns import FIELDS, field_of_keys, record_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONES_MAX = 200
_WIDTH_MAX = 100_000
_UNNAMED = re.compile(r"zone\d+_*")


@dataclass(frozen=True, slots=True)
class Zone:
    """Some characters of each line.

    Attributes:
        start: The first, from 1.
        end: The last.
        key: What the document calls it; empty: it does not name it.
        field: The field that it is; empty: none.
    """

    start: int
    end: int
    key: str = ""
    field: str = ""


def zones_of(document: dict[str, Any], width: int) -> list[Zone]:
    """Return the zones of a document in order, and what lies between them."""
    fields = field_of_keys(document)
    named = []
    for key, place in record_of(document).get("columns", {}).items():
        start, length = (place.get("start"), place.get("length")) if isinstance(place, dict) else (
            None, None)  # fmt: skip
        if isinstance(start, int) and isinstance(length, int) and length > 0:
            named.append(Zone(start, start + length - 1, str(key), fields.get(key, "")))
    named.sort(key=lambda zone: zone.start)
    zones: list[Zone] = []
    after = 1
    for zone in named:
        if zone.start > after:
            zones.append(Zone(after, zone.start - 1))
        zones.append(zone)
        after = max(after, zone.end + 1)
    if after <= width:
        zones.append(Zone(after, width))
    return zones


def zones_in(form: Mapping[str, str], shown: list[Zone], width: int) -> list[Zone]:
    """Return the zones that a form asks for.

    Args:
        form: `from:0`, `to:0`, `zone:0`, `key:0`… by row; `cuts`: the last character of each zone
            but the last, where they were set on the text.
        shown: The zones as they were.
        width: How many characters the lines have.
    """
    gaps = {(zone.start, zone.end) for zone in shown if not zone.key}
    rows = []
    for at in range(min(len(shown) + 1, ZONES_MAX)):
        start, end = _number(form.get(f"from:{at}")), _number(form.get(f"to:{at}"))
        if start and end and start <= end:
            field, key = form.get(f"zone:{at}", ""), form.get(f"key:{at}", "")
            if not field and not key and (start, end) not in gaps:
                key = _unnamed(start)
            rows.append(Zone(start, end, key, field if field in FIELDS else ""))
    if form.get("cuts"):
        return _cut(rows, sorted({_number(one) for one in form["cuts"].split(",")} - {0}), width)
    return rows


def _unnamed(start: int) -> str:
    """Return what a zone is called that holds no field yet."""
    return f"zone{start}"


def _number(text: str | None) -> int:
    is_number = text is not None and text.strip().isdecimal()
    return min(int(text or ""), _WIDTH_MAX) if is_number and len(text or "") < 8 else 0  # noqa: PLR2004 - longer than any line


def _cut(rows: list[Zone], cuts: list[int], width: int) -> list[Zone]:
    """Cut lines anew; a zone that had a field gives it to the one it overlaps most."""
    ends = [cut for cut in cuts if cut < width][: ZONES_MAX - 1]
    pieces = list(zip([1, *(end + 1 for end in ends)], [*ends, width], strict=True))
    given: dict[tuple[int, int], Zone] = {}
    for row in rows:
        free = [one for one in pieces if one not in given and _common(row, one) > 0]
        if (row.field or row.key) and free:
            given[max(free, key=lambda one: _common(row, one))] = row
    found = []
    for start, end in pieces:
        row = given.get((start, end), Zone(start, end, _unnamed(start)))
        found.append(Zone(start, end, row.key, row.field))
    return found


def _common(row: Zone, piece: tuple[int, int]) -> int:
    return min(row.end, piece[1]) - max(row.start, piece[0]) + 1


def set_zones(document: dict[str, Any], zones: list[Zone]) -> None:
    """Place the columns of a document in the zones, and say which field each is."""
    record, fields = record_of(document), document.setdefault("fields", {})
    before, old = record.get("columns", {}), field_of_keys(document)
    columns: dict[str, Any] = {}
    wanted: dict[str, str] = {}
    for zone in zones:
        is_unnamed = zone.field and _UNNAMED.fullmatch(zone.key)
        key = zone.field if is_unnamed else zone.key or zone.field
        if not key or (zone.field and zone.field in wanted):
            continue
        while key in columns or (key != zone.key and key in before):
            key += "_"
        place = before.get(key)
        kept = place if isinstance(place, dict) else {}
        columns[key] = kept | {"start": zone.start, "length": zone.end - zone.start + 1}
        if zone.field:
            wanted[zone.field] = key
    record["columns"] = columns
    for key, field in old.items():
        if field not in wanted and (key not in columns or key in {z.key for z in zones}):
            fields.pop(field, None)
    for field, key in wanted.items():
        if old.get(key) != field:
            fields[field] = fields.get(field, {}) | {"from": key}

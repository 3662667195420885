"""The lines that each row of a file makes, when it makes several: read as a form, and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.web.model_editor.columns import columns_of, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ecritures.formats.layouts.sample import SampleTable
    from ecritures.web.model_editor.columns import Column

SIDES = {
    "debit": ("au débit", "to debit"),
    "credit": ("au crédit", "to credit"),
    "amount": ("selon le signe", "by its sign"),
}
LINES_MAX = 20
ELSEWHERE = "…"
"""What stands for a value that is composed in the document."""


@dataclass(frozen=True, slots=True)
class RowLine:
    """One of the lines that a row makes.

    Attributes:
        account: The account, or the name of the column that holds it.
        column: The name of the column that holds the amount.
        side: On which side, as in `SIDES`; empty: as the other lines.
    """

    account: str
    column: str
    side: str


def lines_of(document: dict[str, Any], columns: Sequence[Column]) -> list[RowLine]:
    """Return the lines that each row makes; none: each row is a line."""
    names = {one.key: one.name for one in columns if one.key}
    found = []
    for line in document.get("lines") or ():
        side = next((one for one in SIDES if one in line), "")
        column = _shown(line[side], names) if side else ""
        found.append(RowLine(_shown(line.get("accountNumber"), names), column, side))
    return found


def set_lines(document: dict[str, Any], form: Mapping[str, str], table: SampleTable | None) -> None:
    """Change the lines that a form has changed: `line:0:account`, `line:0:side`…, by place."""
    columns = {one.name: one for one in columns_of(document, table)} if table else {}

    def place(name: str) -> Any:  # noqa: ANN401 - of any document
        if table is not None and name in columns:
            return key_of(document, table, columns[name])
        return {"constant": name}

    shown = lines_of(document, list(columns.values()))
    kept: list[dict[str, Any]] = []
    for at in range(LINES_MAX):
        was = shown[at] if at < len(shown) else RowLine("", "", "")
        asked = RowLine(
            *(
                form.get(f"line:{at}:{name}", getattr(was, name)).strip()
                for name in ("account", "column", "side")
            )
        )
        line = dict(document["lines"][at]) if at < len(shown) else {}
        if asked != was:
            line = _changed(line, was, asked, place)
        if line and (asked.account or asked.column):
            kept.append(line)
    if kept:
        document["lines"] = kept
    else:
        document.pop("lines", None)


def _changed(
    line: dict[str, Any], was: RowLine, asked: RowLine, place: Callable[[str], Any]
) -> dict[str, Any]:
    if asked.account != was.account:
        line["accountNumber"] = {"from": place(asked.account)}
    if (asked.column, asked.side) != (was.column, was.side):
        spec = line.pop(was.side, {}) if was.side else {}
        if asked.column != was.column:
            spec = spec | {"from": place(asked.column)}
        if asked.column:
            line[asked.side if asked.side in SIDES else "debit"] = spec
    return line


def _shown(spec: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401 - any document
    place = spec.get("from") if isinstance(spec, dict) else None
    if isinstance(place, str):
        return names.get(place, place)
    if isinstance(place, dict) and set(place) == {"constant"}:
        return str(place["constant"])
    return ELSEWHERE if spec else ""

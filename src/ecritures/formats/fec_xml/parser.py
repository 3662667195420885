"""Parses the XML form of the FEC as a stream: rows of texts, and breaches of the schema.

Only the rows of the current block are kept, so memory does not depend on the file. A document type
is refused, and with it any entity of its own; depth, fields and texts are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.core.regime import Regime
from ecritures.formats.fec_xml.breaches import Breaches
from ecritures.formats.fec_xml.schema import (
    CASH_FIELDS,
    ENTRY_FIELDS,
    LINE_FIELDS,
    MISPLACED,
    MISSING,
    REPEATED,
    SCHEMAS,
    TREE,
    UNKNOWN,
    WITH_LINES,
    Judge,
    schema_of,
)
from ecritures.formats.xml_stream import DEPTH_MAX, BrokenXmlError, XmlStream

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ecritures.core.anomalies import Anomalies

LEVEL_LINE = len(TREE)
FIELDS_MAX = 200  # fields of one container
LINES_IN_ENTRY_MIN = 2
NAME_CHARS_MAX = 100
SPREAD_CHARS_MAX = 10_000
"""Of the fields of an entry with those of its journal: they are written into each of its lines."""

LATE = "FEC-XML-09"
_ALLOWED_ENCODINGS = re.compile(r"utf-?8|us-ascii|ascii|iso-8859-15?", re.IGNORECASE)
_ENTRY_KNOWN = frozenset({*ENTRY_FIELDS, *CASH_FIELDS})


class XmlRefusedError(Exception):
    """The document cannot be read any further; an anomaly says why."""


@dataclass(slots=True)
class XmlRows:
    """The rows of a block, by family of columns: an entry's fields are stored once.

    Attributes:
        entries: Journal code and label, then the fields of `ENTRY_FIELDS` and `CASH_FIELDS`.
        entry_extras: For each entry, the fields the canonical line does not have.
        lines: The fields of `LINE_FIELDS`.
        line_numbers: The place of each line in the source.
        entries_before: How many entries came before the first of `entries`.
        entry_of_line: Index in `entries`.
        line_extras: Index of a line → its elements beyond those of the schema.
        spread_chars: How long the fields of entries and journals are, once in each of their lines.
    """

    entries: list[tuple[str, ...]] = field(default_factory=list)
    entry_extras: list[dict[str, str]] = field(default_factory=list)
    lines: list[tuple[str, ...]] = field(default_factory=list)
    entries_before: int = 0
    line_numbers: list[int] = field(default_factory=list)
    entry_of_line: list[int] = field(default_factory=list)
    line_extras: dict[int, dict[str, str]] = field(default_factory=dict)
    spread_chars: int = 0


class XmlParser:
    """Parses a document chunk after chunk.

    Args:
        anomalies: Where what the schema refuses is recorded.
        regime: The regime to hold the file to; None: the one of its schema.
        text_bytes_max: Longest text of a field, or tag.

    Attributes:
        schema: One of `SCHEMAS` once known, else "".
        encoding: As declared.
        closing_date: Text of DateCloture.
        rows: The rows since the last `take`.
    """

    def __init__(self, anomalies: Anomalies, regime: Regime | None, text_bytes_max: int) -> None:
        self._anomalies = anomalies
        self._regime = regime
        self._text_bytes_max = text_bytes_max
        self.schema = ""
        self.encoding = "utf-8"
        self.closing_date: tuple[str, int] | None = None
        self.rows = XmlRows()
        self._judge = Judge("VII-1")
        self._is_guessed = False
        self._level = 0
        self._inside_field = 0
        self._text = ""
        self._prefix = ""  # of the names of elements, if the root has one
        self._names: list[list[str]] = [[] for _ in range(LEVEL_LINE + 1)]
        self._values: list[list[str]] = [[] for _ in range(LEVEL_LINE + 1)]
        self._children = [0] * (LEVEL_LINE + 1)
        self._journal: tuple[str, ...] = ("", "")
        self._last_line = 0
        self._line_at = 0
        self._crowded = False
        self._entry_chars = 0
        self._breaches = Breaches(anomalies)
        self._stream = XmlStream(text_bytes_max)
        self._parser = self._stream.parser
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.XmlDeclHandler = self._declaration

    @property
    def regime(self) -> Regime:
        """The regime the file is held to."""
        return self._regime or SCHEMAS.get(self.schema, Regime.BIC)

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse the next bytes.

        Raises:
            XmlRefusedError: The document is malformed or not a FEC; an anomaly says so.
            UnreadableTextError: Something in it is longer than allowed.
        """
        try:
            self._stream.feed(chunk, last=last)
        except BrokenXmlError as error:
            code = "FEC-XML-19" if error.is_doctype else "FEC-XML-20"
            self._refuse(code, error.value, error.line)

    def take(self) -> XmlRows:
        """Return the rows since the last call; an entry still open begins the next ones."""
        rows = self.rows
        self.rows = XmlRows(entries_before=rows.entries_before + len(rows.entries))
        if self._level >= LEVEL_LINE - 1 and rows.entries:
            self.rows.entries.append(rows.entries[-1])
            self.rows.entry_extras.append(rows.entry_extras[-1])
            self.rows.entries_before -= 1
        return rows

    def _refuse(self, code: str, value: str, line: int | None = None) -> None:
        self._anomalies.add(code, line=line or self._parser.CurrentLineNumber, value=value)
        raise XmlRefusedError

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "utf-8").lower()
        if not _ALLOWED_ENCODINGS.fullmatch(self.encoding):
            self._anomalies.add("FEC-XML-16", line=1, value=encoding)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        level = self._level
        name = self._local(name) if not level or self._prefix else name
        if self._inside_field:
            self._inside_field += 1
            if self._inside_field > DEPTH_MAX:
                self._refuse("FEC-XML-20", f"{name}: profondeur > {DEPTH_MAX}")
            if name in WITH_LINES and level < LEVEL_LINE:  # in a line, they are the company's own
                self._breach(MISPLACED, name, name)
        elif level < LEVEL_LINE and name == TREE[level]:
            self._open(level, attributes)
        elif level == 0:
            self._refuse("FEC-XML-18", f"<{name}>")
        else:
            self._open_field(name)

    def _local(self, name: str) -> str:
        """Return the name of an element without the prefix that the root's has."""
        if not self._level and name.endswith(f":{TREE[0]}"):
            self._prefix = name.removesuffix(TREE[0])
        return name.removeprefix(self._prefix)

    def _open_field(self, name: str) -> None:
        level = self._level
        if len(name) > NAME_CHARS_MAX:
            self._refuse("FEC-XML-20", f"<{name[:NAME_CHARS_MAX]}…>: > {NAME_CHARS_MAX}")
        if name in WITH_LINES:
            self._breach(MISPLACED, name, name)
        self._names[level].append(name)
        self._inside_field = 1
        self._text = ""
        if len(self._names[level]) > FIELDS_MAX:
            self._refuse("FEC-XML-20", f"{TREE[level - 1]}: > {FIELDS_MAX}")

    def _characters(self, data: str) -> None:
        if self._inside_field:
            self._text += data
            if len(self._text) > self._text_bytes_max:
                raise self._stream.too_long()
        elif not data.isspace():
            self._breach(UNKNOWN, data.strip(), None)

    def _end(self, _name: str) -> None:
        if self._inside_field:
            self._inside_field -= 1
            if not self._inside_field:
                self._values[self._level].append(self._text)
        elif self._level == LEVEL_LINE:
            self._end_line()
        else:
            self._close()

    def _open(self, level: int, attributes: dict[str, str]) -> None:
        if level == 0:
            self._choose_schema(attributes)
        elif not self._children[level]:
            self._end_fields()
        self._children[level] += 1
        self._level = level = level + 1
        self._names[level].clear()
        self._values[level].clear()
        self._children[level] = 0
        if level == LEVEL_LINE:
            self._line_at = self._parser.CurrentLineNumber

    def _choose_schema(self, attributes: dict[str, str]) -> None:
        schema_name = schema_of(attributes)
        if schema_name in SCHEMAS:
            self.schema = schema_name
        else:
            self._anomalies.add(
                "FEC-XML-02" if schema_name else "FEC-XML-01",
                line=self._parser.CurrentLineNumber,
                value=schema_name,
            )
            self._is_guessed = True
            regimes = {regime: schema for schema, regime in SCHEMAS.items()}
            self.schema = regimes[self._regime or Regime.BIC]
        self._judge = Judge(self.schema)

    def _end_fields(self) -> None:
        """Check and store the fields of a container: it ends, or its first child begins."""
        level = self._level
        container, names, values = TREE[level - 1], self._names[level], self._values[level]
        if container == "ecriture" and self._is_guessed:
            self._guess_schema(names)
        plan = self._judge.plan(container, tuple(names))
        values.append("")
        for code, name in plan.breaches:
            self._breach(code, name, name)
        if container == "ecriture":
            self._entry_chars = sum(map(len, names + values)) + sum(map(len, self._journal))
            if self._entry_chars > SPREAD_CHARS_MAX:
                self._refuse("FEC-XML-20", f"{container}: > {SPREAD_CHARS_MAX}")
            self.rows.entries.append((*self._journal, *plan.take(values)))
            self.rows.entry_extras.append(
                _extras(names, values, _ENTRY_KNOWN) if plan.others else {}
            )
        elif container == "journal":
            self._journal = plan.take(values)
        elif container == "exercice":
            self.closing_date = (plan.take(values)[0].strip(), self._parser.CurrentLineNumber)
        names.clear()
        values.clear()

    def _guess_schema(self, names: list[str]) -> None:
        """Detect the regime from the first entry, when the file names no known schema."""
        self._is_guessed = False
        if self._regime is None and CASH_FIELDS.keys() & set(names):
            self.schema = "VIII-7" if "IdClient" in names else "VIII-5"
            self._judge = Judge(self.schema)

    def _end_line(self) -> None:
        names, values, rows = self._names[LEVEL_LINE], self._values[LEVEL_LINE], self.rows
        plan = self._judge.plan("ligne", tuple(names))
        values.append("")
        for code, name in plan.breaches:
            self._breaches.add(code, LEVEL_LINE, self._line_at, name, name)
        if plan.others:
            rows.line_extras[len(rows.lines)] = _extras(names, values, LINE_FIELDS.keys())
        rows.lines.append(plan.take(values))
        rows.spread_chars += self._entry_chars
        rows.line_numbers.append(self._number())
        rows.entry_of_line.append(len(rows.entries) - 1)
        self._breaches.end(LEVEL_LINE)
        self._level = LEVEL_LINE - 1

    def _number(self) -> int:
        """Number the line by its place in the source; numbers are unique: they identify lines."""
        number = self._line_at
        if number <= self._last_line:
            number = self._last_line + 1
            if not self._crowded:
                self._crowded = True
                self._anomalies.add("FEC-XML-15", line=self._line_at)
        self._last_line = number
        return number

    def _close(self) -> None:
        level = self._level
        children = self._children[level]
        if not children:
            self._end_fields()
        for name in self._names[level]:  # what came after the first child
            if name not in WITH_LINES:
                known = self._judge.allows(TREE[level - 1], name)
                self._breach(LATE if known else UNKNOWN, name, name)
        if TREE[level - 1] == "ecriture" and children < LINES_IN_ENTRY_MIN:
            self._breach("FEC-XML-10", str(children), None)
        elif level <= TREE.index("journal") and not children:
            self._breach(MISSING, TREE[level], TREE[level])
        elif level == 1 and children > 1:
            self._breach(REPEATED, TREE[level], TREE[level])
        self._breaches.end(level)
        self._level = level - 1

    def finish(self) -> None:
        """Record the breaches: all of the document that can be read was fed."""
        self._breaches.finish()

    def _breach(self, code: str, value: str, element: str | None) -> None:
        """Record a breach; `element` is None if it concerns none."""
        self._breaches.add(code, self._level, self._parser.CurrentLineNumber, element, value)


def _extras(names: list[str], values: list[str], known: AbstractSet[str]) -> dict[str, str]:
    """Store the fields that have no column; `values` has one more, for absent fields."""
    pairs = zip(names, values[:-1], strict=True)
    return {name: text for name, value in pairs if name not in known and (text := value.strip())}

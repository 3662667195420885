"""The parts of a workbook that hold cells or their texts, counted while they are parsed."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.core.anomalies import Anomalies

ROWS_MAX = 1_048_576
COLUMNS_MAX = 1000
COLUMNS_REPEATED_MAX = 16_384  # empty cells at the end of a row, as spreadsheet programs write them
CELLS_MAX = 20_000_000
EMPTY_CELLS_FREE = 2_000_000
EMPTY_PER_CELL_MAX = 50
STRINGS_MAX = 4_000_000
TEXT_CHARS_MAX = 256 << 20
TOKEN_BYTES_MAX = 1 << 20  # of a tag, or any other thing that the parser keeps whole
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,9}")
_SHOWN_CHARS_MAX = 30
_SPANNED = ("table:number-columns-spanned", "table:number-rows-spanned")
_ODS_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_XLSX_FILLED = frozenset({"v", "is", "f"})
_XLSX_TEXT = frozenset({"t", "r"})
_CELLS_BEGIN, _ROW_END = b"<sheetData>", b"</row>"
_CELL = (
    rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[A-Za-z0-9]*"| t="(?!e")[A-Za-z0-9]*")*+'
    rb"(?:/>|>(?:<v>[^<>]*+</v>|<is><t>[^<>]*+</t></is>)?+</c>)"
)
_PLAIN_ROWS = re.compile(rb"(?:<row(?: [^<>/]*+)?+(?:/>|>(?:" + _CELL + rb")*+</row>))*+")
_FILLED = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^<>/]*><(?!/)')
_POINTER = re.compile(rb' t="s"[^<>]*><v>([0-9]{1,9})<')


class PartRefusedError(Exception):
    """A part asks for more than a workbook of entries can need; the message is what it asks for."""


class SheetPart:
    """Parses one part, in chunks. A document type is refused, and with it every entity."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._fed = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse the next bytes.

        Raises:
            PartRefusedError: The part asks for too much.
            ExpatError: It is not XML.
        """
        self._parse(chunk)
        if last:
            self._parser.Parse(b"", True)  # noqa: FBT003 - the parser's own order
            self.finish()

    def _parse(self, chunk: bytes) -> None:
        self._parser.Parse(chunk)
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > TOKEN_BYTES_MAX + len(chunk):
            message = f"{self._name[:_SHOWN_CHARS_MAX]} > {TOKEN_BYTES_MAX >> 20} Mo"
            raise PartRefusedError(message)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        raise NotImplementedError

    def characters(self, data: str) -> None:
        """Take text."""
        raise NotImplementedError

    def finish(self) -> None:
        """Take the end of the part."""

    @staticmethod
    def _doctype(*_: object) -> None:
        message = "a document type"
        raise ValueError(message)


class SharedStrings(SheetPart):
    """The texts that the cells of an XLSX point to: how long each is."""

    def __init__(self) -> None:
        super().__init__("sharedStrings.xml")
        self._lengths = array("I")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a text; the announced number of texts is what the library makes room for."""
        local = name.rpartition(":")[2]
        if local == "si":
            self._lengths.append(0)
        elif local == "sst":
            for count in ("count", "uniqueCount"):
                _count(attributes.get(count, "0"), CELLS_MAX)
            _count(attributes.get("uniqueCount", "0"), STRINGS_MAX)
        if len(self._lengths) > STRINGS_MAX:
            message = f"> {STRINGS_MAX} textes"
            raise PartRefusedError(message)

    def characters(self, data: str) -> None:
        """Measure a text."""
        if self._lengths:
            self._lengths[-1] += len(data)

    def length_of(self, pointers: Sequence[str] | Sequence[bytes]) -> int:
        """Return how long the texts are together that cells point to; wrong pointers are free."""
        try:
            return sum(map(self._lengths.__getitem__, map(int, pointers)))
        except (ValueError, IndexError):  # the library refuses such a workbook, or leaves them out
            known = (int(one) for one in pointers if one.strip().isdigit())
            return sum(self._lengths[one] for one in known if one < len(self._lengths))


class Extent:
    """How much of a sheet the library would keep: the rectangle of its cells, and their texts."""

    def __init__(self) -> None:
        self._rows = self._columns = self._cells = self._characters = 0

    def add(self, row: int, column: int, place: str, cells: int = 1, characters: int = 0) -> None:
        """Count filled cells.

        Args:
            row: The last row they fill.
            column: The last column they fill.
            place: What to call them if they are too many.
            cells: How many they are.
            characters: Length of their texts.

        Raises:
            PartRefusedError: They are too many, or too far from the others.
        """
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        self._cells += cells
        self._characters += characters
        if (
            row > ROWS_MAX
            or column > COLUMNS_MAX
            or self._cells > CELLS_MAX
            or self._characters > TEXT_CHARS_MAX
        ):
            raise PartRefusedError(place)

    def finish(self) -> None:
        """Judge the rectangle, now that all cells are known.

        Raises:
            PartRefusedError: It is too large, or nearly empty.
        """
        area = self._rows * self._columns
        most = max(EMPTY_CELLS_FREE, EMPTY_PER_CELL_MAX * self._cells)
        if area > min(most, CELLS_MAX):
            message = f"{self._rows} × {self._columns}"
            raise PartRefusedError(message)


class XlsxSheet(SheetPart):
    """The cells of one sheet of an XLSX.

    Args:
        name: Of the part.
        strings: The texts that they point to.
        anomalies: Where formulas and merged cells are recorded, once each.
    """

    def __init__(self, name: str, strings: SharedStrings, anomalies: Anomalies) -> None:
        super().__init__(name)
        self._strings = strings
        self._anomalies = anomalies
        self._reported: set[str] = set()
        self._extent = Extent()
        self._has_begun = False
        self._kept = b""
        self._row = self._column = 0
        self._reference = ""
        self._is_inside = self._is_filled = self._is_shared = False
        self._pointer = ""

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse the next bytes; rows as spreadsheet programs write them are counted at once."""
        data = self._kept + chunk
        self._kept = b""
        if not self._has_begun and (at := data.find(_CELLS_BEGIN)) >= 0:
            self._has_begun = True
            self._parse(data[: at + len(_CELLS_BEGIN)])
            data = data[at + len(_CELLS_BEGIN) :]
        if self._has_begun and (end := data.rfind(_ROW_END) + len(_ROW_END)) >= len(_ROW_END):
            rows, data = data[:end], data[end:]
            if _PLAIN_ROWS.fullmatch(rows):
                self._count_plain(rows)
            else:
                self._parse(rows)
        if not last and len(data) < TOKEN_BYTES_MAX:
            self._kept = data
        else:
            super().feed(data, last=last)

    def _count_plain(self, rows: bytes) -> None:
        cells = _FILLED.findall(rows)
        if not cells:
            return
        letters, numbers = zip(*cells, strict=True)
        column = max(_column(one.decode()) for one in set(letters))
        row = max(map(int, set(numbers)))
        characters = self._strings.length_of(_POINTER.findall(rows))
        self._row = row
        self._extent.add(row, column, f"{row} × {column}", len(cells), characters)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take a row, a cell, or what is in a cell."""
        local = name.rpartition(":")[2]
        if local == "c":
            self._settle()
            self._begin_cell(attributes)
        elif local in _XLSX_FILLED:
            self._is_filled = True
            if local == "f" and self._is_inside:
                self._report("MOD-FEU-02", self._reference, self._row)
        elif local == "row":
            self._settle()
            self._row = _count(attributes.get("r", str(self._row + 1)), ROWS_MAX)
            self._column = 0
        elif local == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif local not in _XLSX_TEXT:  # what comes after the cells may hold formulas of its own
            self._is_inside = False

    def characters(self, data: str) -> None:
        """Note which text a cell points to."""
        if self._is_shared:
            self._pointer += data[:_SHOWN_CHARS_MAX]

    def finish(self) -> None:
        """Count the last cell, and judge the whole."""
        self._settle()
        self._extent.finish()

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._is_inside = True
        self._reference = attributes.get("r", "")
        if self._reference:
            self._row, self._column = _place(self._reference)
        else:
            self._column += 1
        self._is_shared = attributes.get("t") == "s"
        self._pointer = ""
        if attributes.get("t") == "e":
            self._report("MOD-FEU-09", self._reference, self._row)

    def _settle(self) -> None:
        """Count the cell before, if it is filled: empty ones that only have a style are free."""
        if self._is_filled:
            place = self._reference or f"{self._row} × {self._column}"
            characters = self._strings.length_of([self._pointer]) if self._is_shared else 0
            self._extent.add(self._row, self._column, place, characters=characters)
        self._is_filled = self._is_shared = False

    def _merged(self, reference: str) -> None:
        first = _REFERENCE.fullmatch(reference.partition(":")[0])
        self._report("MOD-FEU-01", reference, int(first[2]) if first else None)

    def _report(self, code: str, value: str, line: int | None) -> None:
        if code not in self._reported:
            self._reported.add(code)
            self._anomalies.add(code, line=line, value=value)


class OdsContent(SheetPart):
    """The cells of an ODS, all sheets.

    Args:
        anomalies: Where formulas and merged cells are recorded, once each.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        super().__init__("content.xml")
        self._anomalies = anomalies
        self._reported: set[str] = set()
        self._extent = Extent()
        self._row = self._repeated_rows = 0
        self._forget_row()

    def _forget_row(self) -> None:
        self._column = self._repeated = self._characters = 0
        self._is_filled = False
        self._width = self._row_cells = self._row_characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take a sheet, a row, a cell, or what is in a cell."""
        if name in _ODS_CELLS:
            self._settle_cell()
            given = attributes.get("table:number-columns-repeated", "1")
            self._repeated = _count(given, COLUMNS_REPEATED_MAX)
            self._is_filled = any(name.startswith("office:") for name in attributes)
            self._characters = sum(map(len, attributes.values()))
            self._look_at(attributes)
        elif name == "table:table-row":
            self._settle_row()
            given = attributes.get("table:number-rows-repeated", "1")
            self._repeated_rows = _count(given, ROWS_MAX)
        elif name == "table:table":
            self._settle_row()
            self._extent.finish()
            self._extent, self._row = Extent(), 0
        elif name.startswith("text:"):
            self._is_filled = True
            if name == "text:s":  # spaces, as a number
                given = attributes.get("text:c", "1")
                self._characters += _count(given, TEXT_CHARS_MAX)

    def characters(self, data: str) -> None:
        """Measure the text of a cell."""
        self._characters += len(data)
        self._is_filled = self._is_filled or not data.isspace()

    def finish(self) -> None:
        """Count the last row, and judge the whole."""
        self._settle_row()
        self._extent.finish()

    def _settle_cell(self) -> None:
        self._column += self._repeated
        if self._is_filled:
            self._width = self._column
            self._row_cells += self._repeated
            self._row_characters += self._repeated * self._characters

    def _settle_row(self) -> None:
        self._settle_cell()
        self._row += self._repeated_rows
        if self._width:
            self._extent.add(
                self._row,
                self._width,
                f"{self._row} × {self._width}",
                self._repeated_rows * self._row_cells,
                self._repeated_rows * self._row_characters,
            )
        self._repeated_rows = 0
        self._forget_row()

    def _look_at(self, attributes: dict[str, str]) -> None:
        if "table:formula" in attributes:
            self._report("MOD-FEU-02")
        if any(attributes.get(name, "1") != "1" for name in _SPANNED):
            self._report("MOD-FEU-01")

    def _report(self, code: str) -> None:
        if code not in self._reported:
            self._reported.add(code)
            self._anomalies.add(code, line=self._row + 1, value="content.xml")


def _place(reference: str) -> tuple[int, int]:
    """Return the row and the column of a reference such as B7."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise PartRefusedError(_shown(reference))
    return int(match[2]), _column(match[1])


def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return column


def _count(text: str, most: int) -> int:
    """Read a number of things; refuse one that is none, or too large."""
    if not _COUNT.fullmatch(text) or int(text) > most:
        raise PartRefusedError(_shown(text))
    return int(text)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS_MAX else f"{text[:_SHOWN_CHARS_MAX]}…"

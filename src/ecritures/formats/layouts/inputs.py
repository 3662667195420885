"""The structure of a file: its bytes, its lines, and where the columns of a line are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ecritures.formats.layouts.expressions import Condition, Name, Part, Role, Test, Text, refuse

Kind = Literal["delimited", "fixed", "blocks", "sheet", "jsonLines"]
EncodingName = Literal[
    "auto", "utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "cp850", "cp437", "mac-roman"
]
COLUMNS_MAX = 1000


class Dialect(Part):
    """How a delimited text is written, in the words of Frictionless Table Dialect."""

    delimiter: Annotated[str, Field(min_length=1, max_length=4)] = ";"
    """One character, or `auto`: the most frequent of `;`, `,`, tab and `|` in the first line."""
    quote_char: Annotated[str, Field(max_length=1)] | None = '"'
    double_quote: Literal[True] = True
    header: bool = True
    header_rows: Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(max_length=1)] = [1]
    comment_char: Annotated[str, Field(min_length=1, max_length=5)] | None = None
    skip_initial_space: bool = False
    skip_blank_rows: bool = True

    @model_validator(mode="after")
    def _one_character(self) -> Dialect:
        if self.delimiter != "auto" and (len(self.delimiter) != 1 or not self.delimiter.isascii()):
            refuse(
                "le délimiteur est un seul caractère ASCII, ou « auto »",
                "the delimiter is a single ASCII character, or “auto”",
            )
        return self


class Place(Part):
    """Where a column is in a line, in exactly one of the possible ways.

    A number alone is a position, a text alone a name. Positions count from 1.
    """

    position: Annotated[int, Field(ge=1, le=COLUMNS_MAX)] | None = None
    name: Name | None = None
    names: Annotated[list[Name], Field(min_length=1, max_length=50)] | None = None
    start: Annotated[int, Field(ge=1, le=100_000)] | None = None
    length: Annotated[int, Field(ge=1, le=100_000)] | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Place:
        ways = [self.position, self.name, self.names, self.start]
        if sum(way is not None for way in ways) != 1 or (self.start is None) != (
            self.length is None
        ):
            refuse(
                "une colonne se désigne par position, name, names, ou start et length",
                "a column is given by position, name, names, or start and length",
            )
        return self

    @property
    def end(self) -> int:
        """Its last character, in a fixed-width line."""
        return (self.start or 0) + (self.length or 0) - 1

    @property
    def known_as(self) -> tuple[str, ...]:
        """The names it may have in a header."""
        return tuple(self.names or ([self.name] if self.name else []))

    def shown(self, column: str) -> str:
        """Return the name of the place, for messages."""
        if self.start is not None:
            return f"{column} ({self.start}-{self.end})"
        if self.position is not None:
            return f"{column} ({self.position})"
        return self.known_as[0]


def _place(value: Any) -> Any:  # noqa: ANN401 - anything a document may hold
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"position": value}
    return {"name": value} if isinstance(value, str) else value


Columns = Annotated[
    dict[Name, Annotated[Place, BeforeValidator(_place, json_schema_input_type=int | str | Place)]],
    Field(max_length=COLUMNS_MAX),
]


class LineTest(Test):
    """A test of the text of a line, or of some of its characters."""

    start: Annotated[int, Field(ge=1, le=100_000)] | None = None
    length: Annotated[int, Field(ge=1, le=100_000)] | None = None


class AccountColumns(Part):
    """The columns of a line that describes an account.

    `general`, where it is given and filled, is the general account of a third party: `number` is
    then its auxiliary account.
    """

    number: Name
    label: Name
    general: Name | None = None


class Record(Part):
    """A kind of line.

    Attributes:
        name: Names it, among the others and in `extra`.
        role: `entry`: a line of entry; `heading`: its values go down to the lines after it;
            `account`: describes an account; `complement`: completes the line before it, and is
            kept in `extra`; `ignore`.
        when: Which lines are of this kind; all of them when absent.
        keep: Which of them to keep, by their columns; the others are ignored.
        columns: Name → place. Without it, columns go by their names in the header.
        width: Shortest length of a fixed-width line; if absent, the end of its last column in use.
    """

    name: Name = "entry"
    role: Role = "entry"
    when: LineTest | None = None
    keep: Condition | None = None
    columns: Columns = {}
    account: AccountColumns | None = None
    width: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _account_told(self) -> Record:
        if (self.role == "account") != (self.account is not None):
            refuse(
                "« account » (number, label) va avec le rôle « account »",
                "“account” (number, label) goes with role “account”",
            )
        if self.account:
            for name in (self.account.number, self.account.label, self.account.general):
                if name and name not in self.columns:
                    refuse(f"colonne inconnue : {name}", f"unknown column: {name}")
        return self


class Input(Part):
    """What a file is made of.

    Attributes:
        kind: `delimited`, `fixed` width, `blocks` (a tag, then one field per line), `sheet`
            (XLSX, ODS), `jsonLines`.
        encoding: `auto`: UTF-8, or else Windows-1252 or ISO 8859-15, by a rule.
        skip_lines: Lines at the top to skip.
        records: The kinds of lines; one, of every line, when a file has no other.
        other_lines: What to do with a line of no kind: `error` or `ignore`.
        sheet: Name of the sheet, or its number from 1.
        blocks_start: For `blocks`, what a tag begins with.
    """

    kind: Kind = "delimited"
    encoding: EncodingName = "auto"
    dialect: Dialect = Dialect()
    skip_lines: Annotated[int, Field(ge=0, le=1000)] = 0
    records: Annotated[list[Record], Field(min_length=1, max_length=50)] = [Record()]
    other_lines: Literal["error", "ignore"] = "error"
    sheet: Name | Annotated[int, Field(ge=1, le=1000)] = 1
    blocks_start: Annotated[Text, Field(min_length=1)] = "#"

    @model_validator(mode="after")
    def _sound(self) -> Input:
        if not any(record.role == "entry" for record in self.records):
            refuse("aucun enregistrement de rôle « entry »", "no record of role “entry”")
        names = [record.name for record in self.records]
        if len(set(names)) < len(names):
            refuse(
                "deux enregistrements ont le même nom : donnez-leur « name »",
                "two records have the same name: give them a “name”",
            )
        for record in self.records:
            _check_record(self, record)
        heading = {c for r in self.records if r.role == "heading" for c in r.columns}
        entry = {c for r in self.records if r.role == "entry" for c in r.columns}
        if twice := heading & entry:
            refuse(
                f"colonne d'en-tête et d'écriture à la fois : {', '.join(sorted(twice))}",
                f"column of a heading and of an entry at once: {', '.join(sorted(twice))}",
            )
        return self

    @property
    def has_header(self) -> bool:
        """Whether a line gives the names of the columns."""
        return self.kind in ("delimited", "sheet") and self.dialect.header


def _check_record(source: Input, record: Record) -> None:
    if source.kind in ("sheet", "jsonLines") and record.when:
        refuse(
            f"{record.name} : une feuille n'a pas de texte de ligne ; utilisez « keep »",
            f"{record.name}: a sheet has no text of a line; use “keep”",
        )
    for column, place in record.columns.items():
        fixed = place.start is not None
        named = bool(place.known_as)
        wrong = fixed != (source.kind == "fixed") or (
            named and not source.has_header and source.kind != "jsonLines"
        )
        if wrong:
            refuse(
                f"colonne {column} : cette façon de la placer ne va pas avec « {source.kind} » "
                f"({'avec' if source.has_header else 'sans'} ligne d'en-tête)",
                f"column {column}: this place does not go with “{source.kind}” "
                f"({'with' if source.has_header else 'without'} a header line)",
            )

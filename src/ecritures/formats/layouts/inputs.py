"""The structure of a file: its bytes, its lines, and where the columns of a line are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ecritures.formats.layouts.expressions import (
    Condition,
    Name,
    Part,
    Pattern,
    Role,
    Test,
    Text,
    refuse,
)

Kind = Literal["delimited", "fixed", "blocks", "sheet", "jsonLines", "xml"]
EncodingName = Literal[
    "auto", "utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "cp850", "cp437", "mac-roman"
]
COLUMNS_MAX = 1000


class Dialect(Part):
    """How a delimited text is written, in the words of Frictionless Table Dialect.

    Attributes:
        delimiter: One character, or `auto`: the most frequent of `;`, `,`, tab and `|` in the first
            line.
        quote_char: What a field that holds the delimiter is put in; `null`: nothing.
        double_quote: A quote within a quoted field is written twice.
        header: Whether a line gives the names of the columns.
        header_rows: The number of that line, after those skipped.
        comment_char: What a line to leave out begins with.
        skip_initial_space: Whether spaces after a delimiter are left out.
        skip_blank_rows: Whether blank lines are left out; they always are.
    """

    delimiter: Annotated[str, Field(min_length=1, max_length=4)] = ";"
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

    Attributes:
        position: The number of the field in the line.
        name: Its name in the header, its path in a JSON object, its attribute or element in XML.
        names: Several such names; the first that is found counts.
        start: Its first character, in a fixed-width line.
        length: How many characters it has there.
        optional: Whether the file may be without it; it is empty then.
        write: What an export writes there where it has nothing to say.
        ignore: In a column that no field is made of, the whole values that are not reported as left
            out, by a pattern; `.*`: any. Blanks, zeros and `write` are never reported.
        only: In such a column, the whole values that the model can read lines with, by a pattern;
            any other one blocks the import.
    """

    position: Annotated[int, Field(ge=1, le=COLUMNS_MAX)] | None = None
    name: Name | None = None
    names: Annotated[list[Name], Field(min_length=1, max_length=50)] | None = None
    start: Annotated[int, Field(ge=1, le=100_000)] | None = None
    length: Annotated[int, Field(ge=1, le=100_000)] | None = None
    optional: bool = False
    write: Annotated[str, Field(max_length=200)] | None = None
    ignore: Pattern | None = None
    only: Pattern | None = None

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
    """A test of the text of a line, or of some of its characters.

    Attributes:
        start: The first of the characters to test, from 1; all of them when absent.
        length: How many they are.
    """

    start: Annotated[int, Field(ge=1, le=100_000)] | None = None
    length: Annotated[int, Field(ge=1, le=100_000)] | None = None


class AccountColumns(Part):
    """The columns of a line that describes an account, or a third party.

    Attributes:
        number: The account.
        label: Its label.
        general: Where it is filled, the general account of a third party: `number` is then its
            auxiliary account.
    """

    number: Name
    label: Name
    general: Name | None = None


class JournalColumns(Part):
    """The columns of a line that describes a journal.

    Attributes:
        code: Its code.
        label: Its label.
    """

    code: Name
    label: Name


class Record(Part):
    """A kind of line.

    Attributes:
        name: Names it, among the others and in `extra`.
        role: `entry`: a line of entry; `heading`: its values go down to the lines after it;
            `account`: describes an account; `journal`: describes a journal; `complement`:
            completes the line before it, and is kept in `extra`; `ignore`.
        when: Which lines are of this kind; all of them when absent.
        path: In XML, the names of the elements from the root to this one: `ECX/JOURNAL/PIECE`. Its
            columns are names of attributes or of elements in it (`a/b` goes down), or `.`, its own
            text; prefixes of namespaces are left out.
        keep: Which of them to keep, by their columns; the others are reported, and not read.
        begins: With `grouping: heading`, which lines of entry begin an entry, where no heading
            does: those that have a date, for instance.
        columns: Name → place. Without it, columns go by their names in the header.
        account: With the role `account`, which columns say what.
        journal: The same with the role `journal`.
        width: Shortest length of a fixed-width line; if absent, the end of its last column in use.
    """

    name: Name = "entry"
    role: Role = "entry"
    when: LineTest | None = None
    path: Annotated[str, Field(max_length=500, pattern=r"^[^/:\s]+(/[^/:\s]+)*$")] | None = None
    keep: Condition | None = None
    begins: Condition | None = None
    columns: Columns = {}
    account: AccountColumns | None = None
    journal: JournalColumns | None = None
    width: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _described(self) -> Record:
        roles: tuple[tuple[str, str, Part | None], ...] = (
            ("account", "number, label", self.account),
            ("journal", "code, label", self.journal),
        )
        for role, keys, described in roles:
            if (self.role == role) != (described is not None):
                refuse(
                    f"« {role} » ({keys}) va avec le rôle « {role} »",
                    f"“{role}” ({keys}) goes with role “{role}”",
                )
            for name in described.model_dump().values() if described else ():
                if name and name not in self.columns:
                    refuse(f"colonne inconnue : {name}", f"unknown column: {name}")
        return self


class Header(Part):
    """A header that is found by its content.

    Attributes:
        find: The first row that has all these names is the header; the rows above it, such as
            titles, are left out. Case, accents and marks do not matter.
    """

    find: Annotated[list[Name], Field(min_length=1, max_length=20)]


class Input(Part):
    """What a file is made of.

    Attributes:
        kind: `delimited`, `fixed` width, `blocks` (a tag, then one field per line), `sheet`
            (XLSX, ODS), `jsonLines`, `xml`.
        dialect: How delimited lines are written, and whether there is a header.
        encoding: `auto`: UTF-8, or else Windows-1252 or ISO 8859-15, by a rule.
        skip_lines: Lines at the top to skip.
        header: How to find the header, where what is above it varies.
        records: The kinds of lines; one, of every line, when a file has no other.
        other_lines: What to do with a line of no kind: `error` or `ignore`.
        sheet: Name of the sheet, or its number from 1.
        blocks_start: For `blocks`, what a tag begins with.
    """

    kind: Kind = "delimited"
    encoding: EncodingName = "auto"
    dialect: Dialect = Dialect()
    skip_lines: Annotated[int, Field(ge=0, le=1000)] = 0
    header: Header | None = None
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
        _check_paths(self)
        if self.header and (not self.has_header or self.dialect.header_rows != [1]):
            refuse(
                "« header » (find) demande « delimited » ou « sheet », avec une ligne d'en-tête et "
                "sans « headerRows »",
                "“header” (find) needs “delimited” or “sheet”, with a header line and without "
                "“headerRows”",
            )
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
    if source.kind in ("sheet", "jsonLines", "xml") and record.when:
        refuse(
            f"{record.name} : « when » ne va pas avec « {source.kind} » ; utilisez « keep »",
            f"{record.name}: “when” does not go with “{source.kind}”; use “keep”",
        )
    for column, place in record.columns.items():
        fixed = place.start is not None
        named = bool(place.known_as)
        wrong = fixed != (source.kind == "fixed") or (
            named and not source.has_header and source.kind not in ("jsonLines", "xml")
        )
        wrong |= source.kind == "xml" and not named
        if wrong:
            refuse(
                f"colonne {column} : cette façon de la placer ne va pas avec « {source.kind} » "
                f"({'avec' if source.has_header else 'sans'} ligne d'en-tête)",
                f"column {column}: this place does not go with “{source.kind}” "
                f"({'with' if source.has_header else 'without'} a header line)",
            )


def _check_paths(source: Input) -> None:
    """Refuse elements that are not named, or named twice, and names where there is no element."""
    if source.kind != "xml":
        if odd := next((record for record in source.records if record.path), None):
            refuse(
                f"{odd.name} : « path » ne va qu'avec « kind: xml »",
                f"{odd.name}: “path” only goes with “kind: xml”",
            )
        return
    paths = [record.path for record in source.records]
    for record in source.records:
        if not record.path or paths.count(record.path) > 1:
            refuse(
                f"{record.name} : donnez « path », le chemin de l'élément depuis la racine, "
                "différent pour chaque enregistrement",
                f"{record.name}: give “path”, the way to the element from the root, "
                "a different one for each record",
            )
        if not record.columns and record.role == "entry":
            refuse(
                f"{record.name} : donnez « columns », les attributs ou éléments à lire",
                f"{record.name}: give “columns”, the attributes or elements to read",
            )

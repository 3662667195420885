"""The model as a document: what it may contain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from ecritures.core.grouping import Grouping
from ecritures.formats.layouts.accounts import Accounts
from ecritures.formats.layouts.expressions import Name, Part, columns_of, refuse
from ecritures.formats.layouts.fields import Amounts, Dates, Fields, LineFields
from ecritures.formats.layouts.inputs import Input

if TYPE_CHECKING:
    from ecritures.formats.layouts.fields import FieldSpec

SAMPLE_CHARS_MAX = 100_000
LINES_OF_ROW_MAX = 20


class Expected(Part):
    """What reading a sample must give.

    Attributes:
        lines: The canonical lines, in order, those of their values that matter.
        anomalies: Code → count of the anomalies of reading, all of them.
    """

    lines: list[dict[str, Any]] = []
    anomalies: dict[str, int] | None = None


class Sample(Part):
    """A small file and its expected result. Checked whenever the model is saved.

    Attributes:
        name: What errors call it.
        text: The file, as text.
        base64: The file, as bytes.
        expected: What reading it must give.
    """

    name: Name = "sample"
    text: Annotated[str, Field(max_length=SAMPLE_CHARS_MAX)] | None = None
    base64: Annotated[str, Field(max_length=SAMPLE_CHARS_MAX)] | None = None
    expected: Expected

    @model_validator(mode="after")
    def _one(self) -> Sample:
        if (self.text is None) == (self.base64 is None):
            refuse("donnez text ou base64", "give text or base64")
        return self


class ImportModel(Part):
    """How to read a file of entries in its own layout.

    Attributes:
        name: Its name in `MODELE`; case does not matter.
        title: What it is, in a few words.
        description: What it reads, and what it was made of.
        input: What a file is made of.
        dates: How dates are written.
        amounts: How amounts are written.
        accounts: What is done to account numbers.
        fields: The fields of a line, and the columns each is made of.
        lines: The lines that each row makes, when it makes several: the fields of each that differ
            from `fields`. Without a number, a piece or a `grouping`, each row is an entry.
        grouping: The rule that tells the entries apart; `heading`: each heading record begins one.
            Absent: found from the structure of the file. A request may choose another one.
        samples: Small files with their expected results.
    """

    name: Annotated[
        str,
        Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f/\\]*[^\x00-\x20\x7f/\\]$"),
    ]
    title: Annotated[str, Field(max_length=200)] = ""
    description: Annotated[str, Field(max_length=5000)] = ""
    input: Input
    dates: Dates = Dates()
    amounts: Amounts = Amounts()
    accounts: Accounts = Accounts()
    fields: Fields
    lines: Annotated[list[LineFields], Field(max_length=LINES_OF_ROW_MAX)] = []
    grouping: Annotated[Grouping, Field(strict=False)] | None = None
    samples: Annotated[list[Sample], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _columns_known(self) -> ImportModel:
        for place, fields in self.fields_of_lines.items():
            fields.require_line(place)
        if not self.columns_by_name:
            known = {
                c for r in self.input.records if r.role in ("entry", "heading") for c in r.columns
            }
            for field, spec in self._all_specs().items():
                if unknown := sorted(columns_of(spec.from_) - known):
                    refuse(
                        f"{field}.from : colonne inconnue « {unknown[0]} »",
                        f"{field}.from: unknown column “{unknown[0]}”",
                    )
        for record in self.input.records:
            for key, condition in (("keep", record.keep), ("begins", record.begins)):
                unknown = sorted(columns_of(condition) - set(record.columns))
                if record.columns and unknown:
                    refuse(
                        f"input.records.{record.name}.{key} : colonne inconnue « {unknown[0]} »",
                        f"input.records.{record.name}.{key}: unknown column “{unknown[0]}”",
                    )
        return self

    @model_validator(mode="after")
    def _headings_known(self) -> ImportModel:
        if self.grouping is Grouping.HEADING:
            if not self.has_headings:
                refuse(
                    "grouping : « heading » demande un enregistrement de rôle « heading », ou"
                    " « begins »",
                    "grouping: “heading” needs a record of role “heading”, or “begins”",
                )
            if self.fields.entry_number:
                refuse(
                    "fields.entryNumber : « grouping: heading » numérote lui-même les écritures ; "
                    "retirez ce champ, ou groupez par « journal-number »",
                    "fields.entryNumber: “grouping: heading” numbers the entries itself; "
                    "remove this field, or group by “journal-number”",
                )
        return self

    @property
    def fields_of_lines(self) -> dict[str, Fields]:
        """The fields of each line that a row makes, by their place in the document."""
        if not self.lines:
            return {"fields": self.fields}
        return {f"lines.{at}": line.over(self.fields) for at, line in enumerate(self.lines)}

    def _all_specs(self) -> dict[str, FieldSpec]:
        """Every field that is made of columns, by its place in the document."""
        found = {f"fields.extra.{name}": spec for name, spec in self.fields.extra.items()}
        for place, fields in ({"fields": self.fields} | self.fields_of_lines).items():
            found |= {f"{place}.{to_camel(name)}": spec for name, spec in fields.given().items()}
        return found

    @property
    def has_headings(self) -> bool:
        """Whether some records are headings, or say which of their lines begin an entry."""
        return any(one.role == "heading" or one.begins for one in self.input.records)

    @property
    def columns_by_name(self) -> bool:
        """Whether the columns are those of the header, by their names."""
        source = self.input
        by_name = source.has_header or source.kind == "jsonLines"
        read = [record for record in source.records if record.role != "ignore"]
        return by_name and len(read) == 1 and not read[0].columns

    @property
    def numbered_by_reader(self) -> Grouping | None:
        """The rule that reads the numbers that the reader itself gives; None: it gives none."""
        if self.grouping is Grouping.HEADING:
            return Grouping.NUMBER
        if self.lines and not self.grouping and not self.fields.entry_number:
            return Grouping.NUMBER_DATE if self.fields.piece_ref else Grouping.NUMBER
        return None

    @property
    def used_columns(self) -> list[str]:
        """The columns that fields and conditions name, in order."""
        found = [columns_of(spec.from_) for spec in self._all_specs().values()]
        for record in self.input.records:
            found += [columns_of(record.keep), columns_of(record.begins)]
        return sorted(set().union(*found))

"""How each field of the canonical line is made from the columns of a file."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ecritures.formats.layouts.expressions import Name, Part, Pattern, Text, Value, refuse

MAP_ENTRIES_MAX = 50_000
CENTS = 2  # decimals
_TOKENS = re.compile(r"AAAA|AA|MM|JJ|[-/. ]")


def _date_format(text: str) -> str:
    if _TOKENS.sub("", text) or sorted(re.findall("[AMJ]+", text)) not in (
        *(["AA", "JJ", "MM"], ["AAAA", "JJ", "MM"]),
        *([x] for x in ("AAAAMMJJ", "JJMMAAAA", "MMJJAAAA", "AAMMJJ", "JJMMAA", "MMJJAA")),
    ):
        refuse(
            f"format de date inconnu « {text} » : JJ, MM, AA ou AAAA, séparés par / - . ou rien",
            f"unknown date format “{text}”: JJ, MM, AA or AAAA, with / - . or nothing in between",
        )
    return text


DateFormat = Annotated[str, Field(max_length=20), AfterValidator(_date_format)]


class Dates(Part):
    """How dates are written: days `JJ`, months `MM`, years `AAAA` or `AA`.

    A text that is a day in two of the formats is refused as ambiguous when the days differ.

    Attributes:
        formats: The ways to write a day that are accepted.
        pivot: Two-digit years from it on are 19xx, those below 20xx.
        absent: Texts that mean “no date”; zeros always do.
    """

    formats: Annotated[list[DateFormat], Field(min_length=1, max_length=8)] = ["AAAAMMJJ"]
    pivot: Annotated[int, Field(ge=0, le=100)] = 70
    absent: Annotated[list[Text], Field(max_length=20)] = []


class Directions(Part):
    """The words for debit and credit; case does not matter.

    Attributes:
        debit: Those for debit.
        credit: Those for credit.
    """

    debit: Annotated[list[Text], Field(min_length=1, max_length=20)] = ["D", "+1", "1"]
    credit: Annotated[list[Text], Field(min_length=1, max_length=20)] = ["C", "-1"]


class Amounts(Part):
    """How amounts are written.

    Attributes:
        decimal: The decimal mark; `any` takes a comma or a point, one at most.
        implied: How many of the last digits are decimals, when no mark is written.
        unit: `cents` is two of them; `ask`: programs write these files in both ways, so one
            without any mark is refused until the unit is chosen.
        thousands: What may stand between thousands.
        directions: The words for debit and credit.
        positive: The side of a positive amount, when there is no direction.
        negative: What to do with a negative amount that has a side: keep it there, or put it,
            positive, on the other.
    """

    decimal: Literal[",", ".", "any"] = ","
    implied: Annotated[int, Field(ge=0, le=6)] = 0
    unit: Literal["euros", "cents", "ask"] = "euros"
    thousands: Literal["", " ", ".", ",", "'"] = ""
    directions: Directions = Directions()
    positive: Literal["debit", "credit"] = "debit"
    negative: Literal["keep", "otherSide"] = "keep"

    @property
    def decimals_implied(self) -> int:
        """How many of the last digits are decimals."""
        return CENTS if self.unit == "cents" else self.implied

    @model_validator(mode="after")
    def _two_marks(self) -> Amounts:
        marks = ",." if self.decimal == "any" else self.decimal
        if self.thousands and self.thousands in marks:
            refuse(
                "le séparateur de milliers et la marque décimale ne se distinguent pas",
                "thousands and decimal marks cannot be told apart",
            )
        if self.implied and self.unit != "euros":
            refuse("implied et unit disent la même chose", "implied and unit say the same thing")
        return self


class Map(Part):
    """A table of correspondence.

    Attributes:
        table: What is found → what to write. By range, the keys are `first-last`.
        file: A CSV file of two columns beside the model; it is read in when the model is saved.
        by: The whole text; its longest known root; or a range of texts of one length.
        unknown: What to do with a text that is not in the table.
        default: What to write then, with `unknown: default`.
    """

    table: Annotated[dict[Text, Text], Field(max_length=MAP_ENTRIES_MAX)] = {}
    file: Name | None = None
    by: Literal["exact", "root", "range"] = "exact"
    unknown: Literal["error", "keep", "default"] = "error"
    default: Text = ""

    @model_validator(mode="after")
    def _ranges(self) -> Map:
        if self.by == "range":
            for key in self.table:
                first, dash, last = key.partition("-")
                if not dash or len(first) != len(last) or first > last:
                    refuse(f"plage mal écrite : {key}", f"malformed range: {key}")
        return self


class Replace(Part):
    """A replacement: of a text, or of what a pattern finds, everywhere.

    Attributes:
        text: The text to replace.
        pattern: The pattern of what to replace.
        by: What to write instead, as it is.
    """

    text: Annotated[Text, Field(min_length=1)] | None = None
    pattern: Pattern | None = None
    by: Text = ""

    @model_validator(mode="after")
    def _one(self) -> Replace:
        if (self.text is None) == (self.pattern is None):
            refuse("donnez text ou pattern", "give text or pattern")
        return self


class Pad(Part):
    """Filling up to a length.

    Attributes:
        length: The length.
        with_: The character to fill up with.
        side: Where it goes.
    """

    length: Annotated[int, Field(ge=1, le=200)]
    with_: Annotated[str, Field(alias="with", min_length=1, max_length=1)] = "0"
    side: Literal["left", "right"] = "right"


class FieldSpec(Part):
    """How one field is made; what is given is done in this order.

    Attributes:
        from_: A column, or an expression.
        strip: Whether spaces around it are left out.
        strip_start: Characters left out at its beginning, however many.
        strip_end: The same at its end.
        replace: Replacements.
        case: `upper` or `lower`.
        cut: Greatest length; the rest is left out.
        pad: Padding, of what is not empty.
        map: A table of correspondence.
        default: What to write when it is empty.
        carry: Whether an empty value repeats that of the line before; `entry`: within an entry
            only, which begins where the date of the entry is filled.
        accept: A pattern that the whole text must match, when it is not empty.
        dates: How this date is written, if not like the others.
        amounts: How this amount is written, if not like the others.
    """

    from_: Annotated[Value, Field(alias="from")]
    strip: bool = True
    strip_start: Text = ""
    strip_end: Text = ""
    replace: Annotated[list[Replace], Field(max_length=50)] = []
    case: Literal["upper", "lower"] | None = None
    cut: Annotated[int, Field(ge=1, le=1000)] | None = None
    pad: Pad | None = None
    map: Map | None = None
    default: Text = ""
    carry: bool | Literal["entry"] = False
    accept: Pattern | None = None
    dates: Dates | None = None
    amounts: Amounts | None = None


AMOUNTS = ("debit", "credit", "amount", "direction", "sign")


class Fields(Part):
    """The fields of the canonical line, and the columns each is made of.

    `accountNumber` and the amounts are required, here or in each of `lines`. Amounts are given by
    `debit` and `credit`; or by `amount` and `direction`; or by `amount` alone, signed. `sign` (`+`,
    `-`) goes with an amount and its direction.

    Attributes:
        journal_code: The code of the journal.
        journal_label: Its label.
        entry_number: The number of the entry.
        entry_date: The date of the entry.
        account_number: The account.
        account_label: Its label.
        third_party_number: The auxiliary account, of a third party.
        third_party_label: The name of the third party.
        piece_ref: The reference of the piece.
        piece_date: The date of the piece.
        label: The label of the line.
        debit: The amount on the debit side.
        credit: The amount on the credit side.
        amount: The amount, whose side `direction` or its sign gives.
        direction: The word for its side.
        sign: Its sign, `+` or `-`, where it stands apart.
        lettering: The lettering code.
        lettering_date: The date of the lettering.
        validation_date: The date of validation.
        currency_amount: The amount in another currency.
        currency: The code of that currency.
        siret: The establishment of the line; the request's when absent.
        extra: Anything else to keep with the line, by its name.
    """

    journal_code: FieldSpec | None = None
    journal_label: FieldSpec | None = None
    entry_number: FieldSpec | None = None
    entry_date: FieldSpec
    account_number: FieldSpec | None = None
    account_label: FieldSpec | None = None
    third_party_number: FieldSpec | None = None
    third_party_label: FieldSpec | None = None
    piece_ref: FieldSpec | None = None
    piece_date: FieldSpec | None = None
    label: FieldSpec | None = None
    debit: FieldSpec | None = None
    credit: FieldSpec | None = None
    amount: FieldSpec | None = None
    direction: FieldSpec | None = None
    sign: FieldSpec | None = None
    lettering: FieldSpec | None = None
    lettering_date: FieldSpec | None = None
    validation_date: FieldSpec | None = None
    currency_amount: FieldSpec | None = None
    currency: FieldSpec | None = None
    siret: FieldSpec | None = None
    extra: Annotated[dict[Name, FieldSpec], Field(max_length=100)] = {}

    def require_line(self, place: str) -> None:
        """Refuse fields of which no line can be made.

        Args:
            place: Where they are in the document.

        Raises:
            PydanticCustomError: There is no account, or no amount, or too many of them.
        """
        if self.account_number is None:
            refuse(f"{place}.accountNumber : manque", f"{place}.accountNumber: is missing")
        two = self.debit is not None and self.credit is not None
        one = self.amount is not None and self.debit is None and self.credit is None
        if not ((two and self.amount is None and self.direction is None) or one):
            refuse(
                f"{place} : les montants se disent par debit et credit, ou par amount "
                "(et direction)",
                f"{place}: amounts are given by debit and credit, or by amount (and direction)",
            )
        if self.sign is not None and self.amount is None:
            refuse(f"{place} : sign va avec amount", f"{place}: sign goes with amount")

    def given(self) -> dict[str, FieldSpec]:
        """Return the fields the model has, without the extra ones."""
        return {
            name: spec
            for name in type(self).model_fields
            if name != "extra" and (spec := getattr(self, name)) is not None
        }


class LineFields(Part):
    """The fields of one of the lines that each row makes; the others are those of `fields`.

    Attributes:
        account_number: The account.
        account_label: Its label.
        third_party_number: The auxiliary account, of a third party.
        third_party_label: The name of the third party.
        label: The label of the line.
        debit: The amount on the debit side; without `credit`, there is none on the other.
        credit: The amount on the credit side; without `debit`, there is none on the other.
        amount: The amount, whose side `direction` or its sign gives.
        direction: The word for its side.
        sign: Its sign, `+` or `-`, where it stands apart.
        lettering: The lettering code.
        lettering_date: The date of the lettering.
        currency_amount: The amount in another currency.
        currency: The code of that currency.
        skip_zero: Whether the line is left out where its amount is empty or zero.
    """

    account_number: FieldSpec | None = None
    account_label: FieldSpec | None = None
    third_party_number: FieldSpec | None = None
    third_party_label: FieldSpec | None = None
    label: FieldSpec | None = None
    debit: FieldSpec | None = None
    credit: FieldSpec | None = None
    amount: FieldSpec | None = None
    direction: FieldSpec | None = None
    sign: FieldSpec | None = None
    lettering: FieldSpec | None = None
    lettering_date: FieldSpec | None = None
    currency_amount: FieldSpec | None = None
    currency: FieldSpec | None = None
    skip_zero: bool = False

    def over(self, common: Fields) -> Fields:
        """Return the fields of the line: its own, then those that all lines share.

        A line that gives any amount takes none of the amounts of the others.
        """
        own = {
            name: spec
            for name in type(self).model_fields
            if name != "skip_zero" and (spec := getattr(self, name)) is not None
        }
        if own.keys() & {*AMOUNTS}:
            own = dict.fromkeys(AMOUNTS) | own
        if (self.debit is None) != (self.credit is None):
            nothing = FieldSpec.model_validate({"from": ""})
            own["credit" if self.debit else "debit"] = nothing
        return common.model_copy(update=own)

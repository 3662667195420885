"""What a model does to account numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from ecritures.formats.layouts.expressions import Part, Pattern, Text, refuse
from ecritures.formats.layouts.fields import Pad

if TYPE_CHECKING:
    import polars as pl


class RootReplacement(Part):
    """A root of accounts that becomes another.

    Attributes:
        root: How the accounts begin.
        by: What they begin with afterwards.
    """

    root: Annotated[Text, Field(min_length=1)]
    by: Text


class ThirdParty(Part):
    """Accounts that are third parties: what their general account is.

    Attributes:
        starts_with: They are those that begin with this text.
        matches: They are those in which this pattern is found.
        general: The general account of those; without it, a record of the file must give it.
        keep: `whole`: the auxiliary account is the whole text; `rest`: what comes after
            `startsWith`.
    """

    starts_with: Annotated[Text, Field(min_length=1)] | None = None
    matches: Pattern | None = None
    general: Annotated[Text, Field(min_length=1)] | None = None
    keep: Literal["whole", "rest"] = "whole"

    @model_validator(mode="after")
    def _one(self) -> ThirdParty:
        if (self.starts_with is None) == (self.matches is None) or (
            self.keep == "rest" and self.starts_with is None
        ):
            refuse(
                "donnez startsWith ou matches ; « rest » demande startsWith",
                "give startsWith or matches; “rest” needs startsWith",
            )
        return self

    def fits(self, numbers: pl.Series) -> pl.Series:
        """Return which account numbers are such third parties."""
        if self.matches is not None:
            return numbers.str.contains(self.matches)
        return numbers.str.starts_with(self.starts_with or "")


class Accounts(Part):
    """What is done to account numbers, in this order.

    Attributes:
        third_parties: Accounts that are third parties get their general account.
        replace: Roots become others; the longest root counts.
        cut: Greatest length; the rest is left out.
        pad: Filling up to a length.
    """

    third_parties: Annotated[list[ThirdParty], Field(max_length=100)] = []
    replace: Annotated[list[RootReplacement], Field(max_length=1000)] = []
    cut: Annotated[int, Field(ge=1, le=100)] | None = None
    pad: Pad | None = None

"""What may be known about a file before it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.core.grouping import BY_NUMBER, Grouping
from ecritures.core.policies import FileEncoding
from ecritures.formats.loop_json.definition import NAME as JSON
from ecritures.rules.policy import Policy

if TYPE_CHECKING:
    from datetime import date

    from ecritures.core.dossier_codes import DossierCodes
    from ecritures.core.regime import Regime
    from ecritures.formats.fec.fixed_description import FixedField
    from ecritures.formats.layouts.document import ImportModel


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What is known about a file. None: detected.

    Attributes:
        file_name: The name to check, when the file is stored under another.
        sirets: The establishments of the dossier.
        fiscal_years: First day, last day and whether it is closed, of each.
        description: Where the fields of a fixed-length file are.
        group_by: The rule that groups lines into entries.
        model: Reads a file of any layout.
        as_dgfip: Also say what the tax office's own tool would say.
        policy: Which anomalies block.
        chart: The chart of accounts that its numbers must follow.
        encoding: That of a FEC that is not UTF-8, instead of the one that is detected.
        kind: The kind of import: only its formats are detected.
        codes: What the dossier has, for a format whose files may ask for it.
        line_by_line: Whether what is wrong on every line is recorded on each, not once for all.
    """

    format: str | None = None
    file_name: str | None = None
    siren: str | None = None
    sirets: tuple[str, ...] = ()
    closing_date: date | None = None
    fiscal_years: tuple[tuple[date, date, bool], ...] = ()
    regime: Regime | None = None
    description: tuple[FixedField, ...] = ()
    group_by: Grouping | None = None
    model: ImportModel | None = None
    as_dgfip: bool = False
    policy: Policy = field(default_factory=Policy)
    chart: str | None = None
    encoding: FileEncoding = FileEncoding.AUTO
    kind: str | None = None
    codes: DossierCodes | None = None
    line_by_line: bool = False

    @property
    def grouping(self) -> Grouping | None:
        """The rule that groups lines into entries; None: detected."""
        if self.group_by:
            # Headings of a model: by the numbers that its reader gives.
            by_reader = self.model and self.group_by is Grouping.HEADING
            chosen = Grouping.NUMBER if by_reader else self.group_by
            return None if chosen is Grouping.AUTO else chosen
        if self.model is None or self.model.grouping is Grouping.AUTO:
            return None
        proposed = None if self.model.grouping in BY_NUMBER else self.model.grouping
        return self.model.numbered_by_reader or proposed

    @property
    def proposed_grouping(self) -> Grouping | None:
        """The rule that the format or the model proposes for a file with numbers of use."""
        if self.format == JSON and not self.group_by:
            return Grouping.NUMBER_DATE
        rule = self.model.grouping if self.model and not self.group_by else None
        return rule if rule in BY_NUMBER else None

    @property
    def by_heading(self) -> bool:
        """Whether the reader numbers entries by their headings."""
        model = self.reading_model
        return model is not None and model.grouping is Grouping.HEADING

    @property
    def reading_model(self) -> ImportModel | None:
        """The model; it numbers entries by heading when that was asked for."""
        if self.model and self.group_by is Grouping.HEADING and self.model.has_headings:
            return self.model.model_copy(update={"grouping": Grouping.HEADING})
        return self.model

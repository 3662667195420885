"""What reading a file has found, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecritures.formats.text.encoding import Encoding

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.grouping import HowGrouped
    from ecritures.rules.checker import Checked
    from ecritures.rules.dgfip import Official
    from ecritures.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Report:
    """What reading a file has found.

    Attributes:
        separator: `|` or tab; "" when the file has none.
        grouping: How the entries were identified; by number when there are none.
        conforming: Whether the file conforms to the norm; None: it is no FEC, a model reads it.
        official: What the official tool would say; None when not requested.
        decided_encoding: What the bytes mean; with it, `read_lines` reads the same lines again.
        checked: Entries, totals and statistics; None when nothing could be read.
    """

    file: str
    format: str
    layout: str
    encoding: str
    separator: str
    grouping: HowGrouped
    lines: int
    entries: int
    debit_cents: int
    credit_cents: int
    conforming: bool | None
    importable: bool
    anomalies: Anomalies
    policy: Policy
    seconds: float
    decided_encoding: Encoding = field(default_factory=Encoding)
    official: Official | None = None
    checked: Checked | None = field(default=None, repr=False)

    def summary(self) -> dict[str, Any]:
        """The report in JSON, camelCase, without the details of the anomalies."""
        return {
            "file": self.file,
            "format": self.format,
            "layout": self.layout,
            "encoding": self.encoding,
            "separator": self.separator,
            "grouping": self.grouping.rule,
            "groupingReason": self.grouping.reason,
            "groupingDetails": self.grouping.details(),
            "lines": self.lines,
            "entries": self.entries,
            "splitLines": self.checked.split_lines if self.checked else 0,
            "documentLines": self.checked.document_lines if self.checked else 0,
            **(self.checked.subject.summary() if self.checked else {}),
            "conforming": self.conforming,
            "importable": self.importable,
            "debitCents": self.debit_cents if self.has_amounts else None,
            "creditCents": self.credit_cents if self.has_amounts else None,
            "unreadableLines": self.unreadable_lines,
            "anomalyCounts": dict(sorted(self.anomalies.counts.items())),
            "seconds": round(self.seconds, 3),
            "statistics": self._statistics(),
            "policy": self.policy.summary(),
        } | self._official()

    @property
    def unreadable_lines(self) -> int:
        """The number of lines without a readable amount, which the totals leave out."""
        return int(self.checked.entries.table["unreadable"].sum()) if self.checked else 0

    @property
    def has_amounts(self) -> bool:
        """Whether the totals are those of the file: false where no line has a readable amount."""
        return not self.lines or self.unreadable_lines < self.lines

    def _statistics(self) -> dict[str, Any]:
        found = self.checked.statistics if self.checked else {}
        return found if self.has_amounts else found | {"classes": {}}

    def _official(self) -> dict[str, Any]:
        if self.official is None:
            return {}
        reason = self.official.reason
        why = {"code": reason.code, "fr": reason.fr, "en": reason.en} if reason else None
        return {"dgfip": self.official.verdict, "dgfipReason": why}

"""What every form of report is made of: the summary, exact totals per code, the details kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import TypedDict

from ecritures.checks.catalogue import RULES, AnomalyLike, Rule, Severity, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ecritures.model.sentences import Language


class FindingLike(AnomalyLike, Protocol):
    """One anomaly, as a reading or a database holds it."""

    @property
    def line(self) -> int | None:
        """Line of the source file; None: the file as a whole."""

    @property
    def entry(self) -> str | None:
        """Key of its entry."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One anomaly on its way to a reader."""

    code: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    entry: str | None = None


class FindingView(TypedDict):
    """One anomaly, with its sentences in the language asked for."""

    code: str
    severity: str
    blocking: bool
    line: int | None
    column: str | None
    value: str | None
    expected: str | None
    entry: str | None
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class CodeTotal:
    """How often one rule was broken.

    Attributes:
        rule: The rule.
        count: Exact.
        kept: How many of them are told in detail.
    """

    rule: Rule
    count: int
    kept: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a report tells.

    Attributes:
        summary: Verdicts, counts and totals, in camelCase.
        kept: Code → how many of its anomalies are kept in detail.
        findings: Gives the details in line order, anew at each call.
    """

    summary: Mapping[str, Any]
    kept: Mapping[str, int]
    findings: Callable[[], Iterable[FindingLike]]

    @property
    def counts(self) -> Mapping[str, int]:
        """Exact totals: code → how many."""
        counts: Mapping[str, int] = self.summary.get("anomalyCounts", {})
        return counts

    @property
    def total(self) -> int:
        """How many anomalies there are in all."""
        return sum(self.counts.values())

    @property
    def kept_total(self) -> int:
        """How many are told in detail."""
        return sum(self.kept.values())

    def codes(self) -> list[CodeTotal]:
        """Return the codes found: those that block first, then by severity, then the most often."""
        return [
            CodeTotal(RULES[code], self.counts[code], self.kept.get(code, 0))
            for code in ranked(self.counts)
        ]

    def views(self, language: Language) -> Iterator[FindingView]:
        """Yield the details with their sentences."""
        return (finding_view(finding, language) for finding in self.findings())


def ranked(counts: Mapping[str, int]) -> list[str]:
    """Return codes in the order people should see them."""
    severities = list(Severity)
    return sorted(
        counts,
        key=lambda code: (
            not RULES[code].blocks,
            severities.index(RULES[code].severity),
            -counts[code],
            code,
        ),
    )


def counts_by_severity(counts: Mapping[str, int]) -> dict[Severity, int]:
    """Return how many anomalies there are of each severity, the worst first."""
    return {
        severity: sum(count for code, count in counts.items() if RULES[code].severity is severity)
        for severity in Severity
    }


def blocking_count(counts: Mapping[str, int]) -> int:
    """Return how many anomalies keep the books from being posted."""
    return sum(count for code, count in counts.items() if RULES[code].blocks)


def finding_view(finding: FindingLike, language: Language) -> FindingView:
    """Return one anomaly with its sentences."""
    rule = RULES[finding.code]
    message, remedy = describe(finding, language)
    return {
        "code": finding.code,
        "severity": str(rule.severity),
        "blocking": rule.blocks,
        "line": finding.line,
        "column": finding.column,
        "value": finding.value,
        "expected": finding.expected,
        "entry": finding.entry,
        "message": message,
        "remedy": remedy,
    }

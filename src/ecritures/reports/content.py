"""The content of every form of report: the summary, exact totals per code, details kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.rules.catalogue import RULES, Rule, Severity, describe
from ecritures.rules.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ecritures.core.anomalies import Anomaly
    from ecritures.core.sentences import Language


class AnomalyView(TypedDict):
    """One anomaly, with its sentences in the requested language."""

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
        blocks: Whether it blocks the file, by the policy of the reading.
        count: Exact.
        kept: How many of them are kept in detail.
    """

    rule: Rule
    blocks: bool
    count: int
    kept: int


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a report.

    Attributes:
        summary: Verdicts, counts and totals, in camelCase.
        kept: Code → how many of its anomalies are kept in detail.
        anomalies: Returns the details in line order, from the start at each call.
    """

    summary: Mapping[str, Any]
    kept: Mapping[str, int]
    anomalies: Callable[[], Iterable[Anomaly]]

    @property
    def counts(self) -> Mapping[str, int]:
        """Exact totals: code → how many."""
        counts: Mapping[str, int] = self.summary.get("anomalyCounts", {})
        return counts

    @property
    def total(self) -> int:
        """The number of anomalies."""
        return sum(self.counts.values())

    @property
    def kept_total(self) -> int:
        """The number of anomalies kept in detail."""
        return sum(self.kept.values())

    @property
    def policy(self) -> Policy:
        """The policy of the reading."""
        return policy_of(self.summary)

    @property
    def blocking(self) -> int:
        """The number of blocking anomalies."""
        policy = self.policy
        return sum(count for code, count in self.counts.items() if policy.blocks(code))

    @property
    def severities(self) -> dict[Severity, int]:
        """The number of anomalies of each severity, the worst first."""
        return {
            severity: sum(n for code, n in self.counts.items() if RULES[code].severity is severity)
            for severity in Severity
        }

    def codes(self) -> list[CodeTotal]:
        """Return the codes found: blocking ones first, then by severity, then by frequency.

        Of those that block, what cannot be read comes before what is read and wrong.
        """
        policy, severities = self.policy, list(Severity)
        found = [
            CodeTotal(RULES[code], policy.blocks(code), count, self.kept.get(code, 0))
            for code, count in self.counts.items()
        ]
        return sorted(
            found,
            key=lambda one: (
                not one.blocks,
                not (one.blocks and one.rule.structural),  # often the cause of the others
                severities.index(one.rule.severity),
                -one.count,
                one.rule.code,
            ),
        )

    def views(self, language: Language) -> Iterator[AnomalyView]:
        """Yield the details with their sentences."""
        policy = self.policy
        return (anomaly_view(anomaly, language, policy) for anomaly in self.anomalies())


def policy_of(summary: Mapping[str, Any]) -> Policy:
    """Return the policy that a summary was made with."""
    policy = summary.get("policy", {})
    return Policy(frozenset(policy.get("block", ())), frozenset(policy.get("unblock", ())))


def anomaly_view(anomaly: Anomaly, language: Language, policy: Policy) -> AnomalyView:
    """Return one anomaly with its sentences."""
    rule = RULES[anomaly.code]
    message, remedy = describe(anomaly, language)
    return {
        "code": anomaly.code,
        "severity": str(rule.severity),
        "blocking": policy.blocks(anomaly.code),
        "line": anomaly.line,
        "column": anomaly.column,
        "value": anomaly.value,
        "expected": anomaly.expected,
        "entry": anomaly.entry,
        "message": message,
        "remedy": remedy,
    }

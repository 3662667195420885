"""The result of a reading as a short text, for `check` and `import`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ecritures.core.amounts import count_text
from ecritures.reports.findings import findings_by_weight, place_of
from ecritures.reports.grouping_words import grouping_sentence
from ecritures.reports.words import (
    official_text,
    policy_sentence,
    read_as,
    remedy,
    repairs_offered,
    severity_word,
    subject_text,
    title,
    totals_text,
    verdict_word,
)
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ecritures.cli.support.output import Output, Style
    from ecritures.reports.content import Content
    from ecritures.reports.findings import Finding, Weight

BLOCKING_SHOWN_MAX = 3
"""How many anomalies of a rule that blocks are shown; of others, the first."""

_STYLES: dict[str, Style] = {
    "blocking": "red",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFORMATION: "blue",
}


def for_people(content: Content, out: Output) -> Iterable[str]:
    """Summarize a report: the file, the verdicts, then each rule that was broken."""
    summary = content.summary
    yield out.paint(str(summary.get("file") or ""), "bold")
    if subject := subject_text(summary, out.language):
        yield f"  {subject}"
    yield _verdicts(content, out)
    if official := official_text(summary, out.language):
        tool = out.say(
            "Outil de l'administration (Test-Compta-Demat) : ", "The tax office's tool: "
        )
        yield f"  {tool}{official}"
    yield f"  {read_as(summary, out.language)}"
    yield f"  {totals_text(summary, out.language)}"
    for sentence in (
        grouping_sentence(summary, out.language),
        policy_sentence(summary, out.language),
    ):
        if sentence:
            yield f"  {sentence}"
    yield _severities(content, out)
    for weight in findings_by_weight(content, out.language, BLOCKING_SHOWN_MAX):
        yield from _weight(weight, out)
    yield from _repairs(summary, out)
    if content.total:
        yield ""
        yield out.say(
            "  Détail de chaque anomalie : --report anomalies.html, ou .csv, .xlsx, .json.",
            "  Details of each anomaly: --report anomalies.html, or .csv, .xlsx, .json.",
        )


def _repairs(summary: Mapping[str, Any], out: Output) -> Iterable[str]:
    """Offer the copy that `check --fix` writes, and say what it repairs."""
    offer, repairs = repairs_offered(summary, out.language)
    if offer:
        yield ""
        yield "  " + out.paint(offer, "bold")
        yield from (f"    {one}" for one in repairs)


def _verdicts(content: Content, out: Output) -> str:
    def answer(verdict: object) -> str:
        word = verdict_word(verdict, out.language)
        return (
            out.paint(word, "bold", "green" if verdict else "red") if verdict is not None else word
        )

    conforming = answer(content.summary.get("conforming"))
    importable = answer(bool(content.summary.get("importable")))
    return out.say(
        f"  Conforme à la norme : {conforming}     Importable : {importable}",
        f"  Conforms to the norm: {conforming}     Importable: {importable}",
    )


def _severities(content: Content, out: Output) -> str:
    if not content.total:
        return out.paint(out.say("  Aucune anomalie.", "  No anomalies."), "green")
    parts = []
    if blocking := content.blocking:
        word = out.say("bloquante", "blocking") + out.say("s" if blocking > 1 else "", "")
        parts.append(out.paint(f"{count_text(blocking)} {word}", "bold", "red"))
    others: Counter[Severity] = Counter()
    for one in content.codes():
        if not one.blocks:
            others[one.rule.severity] += one.count
    parts += [
        out.paint(
            f"{count_text(count)} {severity_word(severity, out.language, count)}",
            _STYLES[severity],
        )
        for severity in Severity
        if (count := others[severity])
    ]
    return f"  {', '.join(parts)}"


def _weight(weight: Weight, out: Output) -> Iterable[str]:
    yield ""
    yield "  " + out.paint(weight.title, "bold", _STYLES[weight.name])
    shown_max = BLOCKING_SHOWN_MAX if weight.name == "blocking" else 1
    for finding in weight.findings:
        yield from _finding(finding, shown_max, out)


def _finding(finding: Finding, shown_max: int, out: Output) -> Iterable[str]:
    """Name a rule with its count, the place of the first anomalies, and the remedy."""
    rule, count = finding.total.rule, finding.total.count
    code = out.paint(f"[{rule.code}]", "soft")
    shown = finding.details[:shown_max]
    yield f"  {count_text(count):>7}  {title(rule, out.language)} {code}"
    for view in shown:
        place = place_of(view, out.language)
        if place or view["message"] != title(rule, out.language):
            colon = out.say(" : ", ": ") if place else ""
            yield f"           {place}{colon}{view['message']}"
    if count > len(shown) > 1 and finding.total.kept > len(shown):
        rest = count_text(count - len(shown))
        yield out.say(f"           … et {rest} de plus", f"           … and {rest} more")
    one = shown[0]["remedy"] if finding.total.kept == 1 and shown else remedy(rule, out.language)
    yield out.paint(f"           → {one}", "soft")

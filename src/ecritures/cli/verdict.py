"""What a reading has found, as JSON and for people. The same for `check` and for `import`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.checks.catalogue import RULES, Severity, describe
from ecritures.model.amounts import cents_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.checks.catalogue import Rule
    from ecritures.cli.output import Output
    from ecritures.imports.check import Report
    from ecritures.imports.store import StoredAnomaly
    from ecritures.model.sentences import Language

SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One anomaly on its way to a reader."""

    code: str
    line: int | None
    column: str | None
    value: str | None
    expected: str | None
    entry: str | None


def document(report: Report, language: Language) -> dict[str, Any]:
    """Return what `check --json` answers."""
    findings = [Finding(**row) for row in report.anomalies.frame().iter_rows(named=True)]
    return report.summary() | {
        "anomalies": [anomaly_document(finding, language) for finding in findings]
    }


def anomaly_document(anomaly: Finding | StoredAnomaly, language: Language) -> dict[str, Any]:
    """Return one anomaly as JSON, with its sentences."""
    rule = RULES[anomaly.code]
    message, remedy = describe(anomaly, language)
    return {
        "code": anomaly.code,
        "severity": str(rule.severity),
        "blocking": rule.blocks,
        "line": anomaly.line,
        "column": anomaly.column,
        "value": anomaly.value,
        "expected": anomaly.expected,
        "entry": anomaly.entry,
        "message": message,
        "remedy": remedy,
    }


def for_people(found: dict[str, Any], out: Output) -> Iterable[str]:
    """Sum a document up in what is read in ten seconds, then the first anomalies."""
    yield str(found["file"])
    yield _verdicts(found, out)
    yield _reading(found, out)
    yield _totals(found, out)
    yield from _counts(found["anomalyCounts"], out)
    yield from _first(found["anomalies"], sum(found["anomalyCounts"].values()), out)


def _verdicts(found: dict[str, Any], out: Output) -> str:
    yes, no = out.say("oui", "yes"), out.say("NON", "NO")
    conforming = yes if found["conforming"] else no
    importable = yes if found["importable"] else no
    return out.say(
        f"  Conforme à la norme : {conforming}     Importable : {importable}",
        f"  Conforms to the norm: {conforming}     Importable: {importable}",
    )


def _reading(found: dict[str, Any], out: Output) -> str:
    separator = {"|": "|", "\t": out.say("tabulation", "tab")}.get(
        found["separator"], found["separator"]
    )
    parts = [found["format"], found["layout"], found["encoding"], separator]
    return "  " + " · ".join(str(part) for part in parts if part)


def _totals(found: dict[str, Any], out: Output) -> str:
    debit, credit = cents_text(found["debitCents"]), cents_text(found["creditCents"])
    lines, entries = found["lines"], found["entries"]
    return out.say(
        f"  {lines} lignes, {entries} écritures ; débit {debit} €, crédit {credit} €",
        f"  {lines} lines, {entries} entries; debit {debit} €, credit {credit} €",
    )


def _counts(counts: dict[str, int], out: Output) -> Iterable[str]:
    if not counts:
        yield out.say("  Aucune anomalie.", "  No anomaly.")
        return
    yield out.say("  Anomalies :", "  Anomalies:")
    for code, count in sorted(counts.items(), key=lambda item: (not RULES[item[0]].blocks, item)):
        rule = RULES[code]
        title = _plain(out.say(rule.fr, rule.en))
        yield f"  {count:>9}  {code}  {title} ({weight(rule, out)})"


def weight(rule: Rule, out: Output) -> str:
    """Say how bad a rule's anomalies are: by the law, and for posting."""
    names = {
        Severity.ERROR: out.say("erreur", "error"),
        Severity.WARNING: out.say("avertissement", "warning"),
        Severity.INFORMATION: out.say("information", "information"),
    }
    return names[rule.severity] + (out.say(", bloquante", ", blocking") if rule.blocks else "")


def _plain(title: str) -> str:
    """Take the places of values out of a title that stands for several anomalies."""
    for place in ("{value}", "{expected}", "{column}"):
        title = title.replace(place, "…")
    return title


def _first(anomalies: list[dict[str, Any]], total: int, out: Output) -> Iterable[str]:
    for anomaly in anomalies[:SHOWN_MAX]:
        place = (
            out.say("fichier", "file")
            if anomaly["line"] is None
            else f"{out.say('ligne', 'line')} {anomaly['line']}"
        )
        yield f"  - {place} : {anomaly['message']} [{anomaly['code']}]"
        yield f"      → {anomaly['remedy']}"
    rest = total - min(total, SHOWN_MAX)
    if anomalies and rest:
        yield out.say(
            f"  … et {rest} de plus : --json les donne.", f"  … and {rest} more: --json has them."
        )

"""The result of a reading as a short text, for `check` and `import`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ecritures.core.amounts import cents_text
from ecritures.reports.words import (
    count_text,
    grouping_sentence,
    policy_sentence,
    read_as,
    severity_word,
    title,
)
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecritures.cli.support.output import Output, Style
    from ecritures.reports.content import AnomalyView, Content

SHOWN_MAX = 10
_STYLES: dict[Severity, Style] = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFORMATION: "blue",
}


_OFFICIAL = {
    "conforming": ("apparaît conforme", "appears to conform"),
    "not-conforming": ("non conforme, parce que {}", "does not conform, because {}"),
    "no-report": ("ne rend aucun rapport : {}", "makes no report: {}"),
}


def for_people(content: Content, out: Output) -> Iterable[str]:
    """Summarize a report: verdicts, counts by severity and by code, then the first anomalies."""
    summary = content.summary
    yield out.paint(str(summary.get("file") or ""), "bold")
    yield _verdicts(content, out)
    if official := summary.get("dgfip"):
        yield _official_verdict(str(official), summary.get("dgfipReason"), out)
    yield f"  {read_as(summary, out.language)}"
    yield _totals(content, out)
    if sentence := grouping_sentence(summary, out.language):
        yield out.paint(f"  {sentence}", "yellow")
    if sentence := policy_sentence(summary, out.language):
        yield out.paint(f"  {sentence}", "yellow")
    yield _severities(content, out)
    yield from _codes(content, out)
    yield from _first(content, out)


def _verdicts(content: Content, out: Output) -> str:
    def answer(yes: object) -> str:
        if yes:
            return out.paint(out.say("oui", "yes"), "bold", "green")
        return out.paint(out.say("NON", "NO"), "bold", "red")

    conforming = answer(content.summary.get("conforming"))
    importable = answer(content.summary.get("importable"))
    return out.say(
        f"  Conforme à la norme : {conforming}     Importable : {importable}",
        f"  Conforms to the norm: {conforming}     Importable: {importable}",
    )


def _official_verdict(verdict: str, reason: Mapping[str, str] | None, out: Output) -> str:
    told = reason or {"fr": "", "en": ""}
    fr, en = _OFFICIAL[verdict]
    fr, en = fr.format(told["fr"]), en.format(told["en"])
    return out.say(
        f"  Outil de l'administration (Test-Compta-Demat) : {fr}",
        f"  The tax office's tool (Test-Compta-Demat): {en}",
    )


def _totals(content: Content, out: Output) -> str:
    summary = content.summary
    debit = cents_text(summary.get("debitCents") or 0)
    credit = cents_text(summary.get("creditCents") or 0)
    lines, entries = (count_text(summary.get(name) or 0) for name in ("lines", "entries"))
    return out.say(
        f"  {lines} lignes, {entries} écritures ; débit {debit} €, crédit {credit} €",
        f"  {lines} lines, {entries} entries; debit {debit} €, credit {credit} €",
    )


def _severities(content: Content, out: Output) -> str:
    if not content.total:
        return out.paint(out.say("  Aucune anomalie.", "  No anomalies."), "green")
    parts = [
        out.paint(
            f"{count_text(count)} {severity_word(severity, out.language, count)}",
            _STYLES[severity],
        )
        for severity, count in content.severities.items()
        if count
    ]
    if blocking := content.blocking:
        word = out.say("bloquante", "blocking") + out.say("s" if blocking > 1 else "", "")
        parts.append(out.paint(f"{count_text(blocking)} {word}", "bold", "red"))
    return f"  {', '.join(parts)}"


def _codes(content: Content, out: Output) -> Iterable[str]:
    for one in content.codes():
        code = out.paint(one.rule.code, _STYLES[one.rule.severity])
        name = title(one.rule, out.language)
        weight = severity_word(one.rule.severity, out.language)
        weight += out.say(", bloquante", ", blocking") if one.blocks else ""
        yield f"  {count_text(one.count):>9}  {code}  {name} ({weight})"


def _first(content: Content, out: Output) -> Iterable[str]:
    if content.total:
        yield ""
    for view in islice(content.views(out.language), SHOWN_MAX):
        yield from _anomaly(view, out)
    rest = content.total - min(content.kept_total, SHOWN_MAX)
    if rest > 0:
        yield out.say(
            f"  … et {count_text(rest)} de plus : --report anomalies.html les montre, "
            "ou .csv, .xlsx, .json.",
            f"  … and {count_text(rest)} more: --report anomalies.html shows them, "
            "or .csv, .xlsx, .json.",
        )


def _anomaly(view: AnomalyView, out: Output) -> Iterable[str]:
    place = (
        out.say("fichier", "file")
        if view["line"] is None
        else f"{out.say('ligne', 'line')} {view['line']}"
    )
    if view["entry"]:
        place += f", {out.say('écriture', 'entry')} {view['entry']}"
    colon = out.say(" :", ":")
    code = out.paint(f"[{view['code']}]", _STYLES[Severity(view["severity"])])
    yield f"  - {place}{colon} {view['message']} {code}"
    yield out.paint(f"      → {view['remedy']}", "soft")

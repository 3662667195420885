"""`ecritures check --rules`: the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.views.rules import rule_view
from ecritures.cli.support.exit_codes import CLEAN
from ecritures.cli.support.output import Output, table
from ecritures.reports.words import severity_word, title
from ecritures.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable


def show_rules(out: Output) -> int:
    """Show every rule, as a table or as JSON."""
    out.show(
        [rule_view(rule, out.language) for rule in RULES.values()],
        lambda: _for_people(out),
    )
    return CLEAN


def _for_people(out: Output) -> Iterable[str]:
    head = (
        "Code",
        out.say("Gravité", "Severity"),
        out.say("Bloque", "Blocks"),
        out.say("Ce qui est trouvé", "What is found"),
        "Source",
    )
    return table(
        head,
        (
            (
                rule.code,
                severity_word(rule.severity, out.language),
                out.say("oui", "yes") if rule.blocks else "",
                title(rule, out.language),
                rule.source,
            )
            for rule in RULES.values()
        ),
    )

"""What an import does, or would do, to the ledger, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.core.amounts import cents_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecritures.cli.support.output import Output

ACCOUNTS_SHOWN_MAX = 10
CODES_SHOWN_MAX = 8
ENTRIES = (
    ("added", "ajoutées", "added"),
    ("changed", "modifiées", "changed"),
    ("removed", "supprimées", "removed"),
    ("unchanged", "inchangées", "unchanged"),
    ("skipped", "laissées de côté", "left out"),
)
CREATED = (
    ("accountsCreated", "Comptes créés", "Accounts created"),
    ("journalsCreated", "Journaux créés", "Journals created"),
    ("thirdPartiesCreated", "Tiers créés", "Third parties created"),
)
COUNTED = (
    ("lateEntries", "Écritures reportées au premier jour ouvert", "Entries moved to an open day"),
    ("linesAdded", "Lignes ajoutées pour équilibrer", "Lines added to balance"),
    ("numbersAssigned", "Numéros attribués", "Numbers assigned"),
    ("outsideFiscalYears", "Écritures hors des exercices", "Entries outside the fiscal years"),
)
ALIKE = (
    ("lookalikes", "Écritures sans numéro déjà semblables", "Entries without a number that exist"),
    ("numberReused", "Numéros repris avec un autre contenu", "Numbers reused with other contents"),
)


def impact_lines(plan: Mapping[str, Any], out: Output) -> Iterator[str]:
    """Yield what a plan, as an import keeps it, does to the ledger; nothing without a plan."""
    impact = plan.get("impact") or {}
    counts = impact.get("entries", {})
    changes = [f"{counts[name]} {out.say(fr, en)}" for name, fr, en in ENTRIES if counts.get(name)]
    if changes:
        yield f"  {out.say('Écritures', 'Entries')} : {', '.join(changes)}"
    for name, fr, en in CREATED:
        if codes := impact.get(name):
            shown = ", ".join(codes[:CODES_SHOWN_MAX])
            more = ", …" if len(codes) > CODES_SHOWN_MAX else ""
            yield f"  {out.say(fr, en)} ({len(codes)}) : {shown}{more}"
    for year in impact.get("fiscalYearsCreated", ()):
        named = out.say("Exercice créé", "Fiscal year created")
        yield f"  {named} : {year['start']} → {year['end']}"
    for source, names in ((impact, COUNTED), (impact.get("duplicates", {}), ALIKE)):
        for name, fr, en in names:
            if source.get(name):
                yield f"  {out.say(fr, en)} : {source[name]}"
    balances = impact.get("balances", ())
    for one in balances[:ACCOUNTS_SHOWN_MAX]:
        before, after = (cents_text(one[name]) for name in ("beforeCents", "afterCents"))
        yield f"    {one['account']:<12} {before:>18} → {after:>18}"
    if len(balances) > ACCOUNTS_SHOWN_MAX:
        rest = len(balances) - ACCOUNTS_SHOWN_MAX
        yield f"    {out.say(f'… et {rest} autres comptes', f'… and {rest} more accounts')}"
    yield f"  planDigest : {plan.get('planDigest')}"

"""What the histories of a dossier and a firm say of a change: each value, old and new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ecritures.web.imports.entry_changes import Difference
from ecritures.web.words.policy_words import POLICY_WORDS
from ecritures.web.words.role_words import RIGHT_NAMES, ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecritures.app.views.audit import EventView
    from ecritures.app.views.people import FirmChangeView
    from ecritures.core.policies import PolicyValue
    from ecritures.web.words.writing import Writing

_ADDING = {"published", "replaced", "carried-forward", "reversed"}
"""The kinds of events whose batch adds its entries."""


def event_differences(event: EventView, writing: Writing) -> list[Difference]:
    """Return the values of a dossier that an event has changed."""
    changed: Mapping[str, Any] = event["details"].get("changed") or {}
    named = {
        "name": writing.text("Nom", "Name"),
        "siren": "SIREN",
        "sirets": writing.text("Établissements", "Establishments"),
    }
    found = [
        Difference(what, *(_listed(one) for one in changed[field]))
        for field, what in named.items()
        if field in changed
    ]
    if policies := changed.get("policies"):
        before, after = policies
        found += _policies(before, after, writing)
    return found


def firm_differences(change: FirmChangeView, writing: Writing) -> list[Difference]:
    """Return what was changed of a firm, a person or a key; of a new one, what it has."""
    changed = change["changed"]
    named = {
        "name": writing.text("Nom", "Name"),
        "role": writing.text("Rôle", "Role"),
        "rights": writing.text("Droits", "Rights"),
        "dossiers": writing.text("Dossiers", "Dossiers"),
        "disabled": writing.text("Accès", "Access"),
    }
    found = [
        Difference(what, *(_firm_value(field, one, writing) for one in changed[field]))
        for field, what in named.items()
        if field in changed and changed[field] not in ([None, False], [None, change["subject"]])
    ]
    if policies := changed.get("policies"):
        before, after = policies
        found += _policies(before, after, writing, ("par défaut", "by default"))
        found += _rules(before, after, writing)
    return found


def _firm_value(field: str, value: Any, writing: Writing) -> str:  # noqa: ANN401 - of the JSON
    if value is None:
        return ""
    if field == "role":
        return writing.text(*ROLE_NAMES[value])
    if field == "rights":
        return ", ".join(writing.text(*RIGHT_NAMES[one]) for one in value)
    if field == "disabled":
        return writing.text("désactivé", "disabled") if value else writing.text("ouvert", "open")
    if value == "*":
        return writing.text("tous", "all")
    return _listed(value) or writing.text("aucun", "none")


def _rules(
    before: Mapping[str, Any], after: Mapping[str, Any], writing: Writing
) -> Iterator[Difference]:
    for name, what in (
        ("block", ("Règles rendues bloquantes", "Rules made blocking")),
        ("unblock", ("Règles qui ne bloquent plus", "Rules that no longer block")),
    ):
        old, new = (one.get(name) or [] for one in (before, after))
        if old != new:
            none = writing.text("aucune", "none")
            yield Difference(writing.text(*what), *(_listed(one) or none for one in (old, new)))


def event_facts(event: EventView, writing: Writing) -> list[str]:
    """Return what else an event tells: until which day, which year, how many entries."""
    details = event["details"]
    found = []
    if event["kind"] in {"locked", "unlocked"}:
        day = details.get("lockedThrough")
        found.append(
            writing.text("jusqu’au {day} compris", "up to {day}", day=writing.day(day))
            if day
            else writing.text("plus aucun jour verrouillé", "no day is locked any more")
        )
    if event["kind"].startswith("fiscal-year-") and details.get("start"):
        found.append(f"{writing.day(details['start'])} – {writing.day(details['end'])}")
    if event["kind"] in {"matched", "unmatched"}:
        named = (
            (event["account"], "compte {code}", "account {code}"),
            (event["thirdParty"], "tiers {code}", "third party {code}"),
            (details.get("code"), "lettrage {code}", "lettering {code}"),
        )
        found += [writing.text(fr, en, code=code) for code, fr, en in named if code]
        lines = len(details.get("lines", ()))
        found.append(writing.plural(lines, ("ligne", "line"), ("lignes", "lines")))
    if event["kind"] == "validated":
        found.append(
            writing.text("jusqu’au {day}", "up to {day}", day=writing.day(details["through"]))
        )
    if count := details.get("entriesValidated"):
        counted = ("écriture validée", "entry"), ("écritures validées", "entries")
        found.append(writing.plural(count, *counted))
    return found


class Counts(NamedTuple):
    """How many entries an event has added to the ledger, changed in it, and removed from it."""

    added: int
    changed: int
    removed: int


def event_counts(event: EventView) -> Counts:
    """Return what an event has done to the entries of the ledger."""
    details = event["details"]
    if planned := details.get("entries"):
        return Counts(*(planned.get(name, 0) for name in Counts._fields))
    own = (event["entries"] or 0) if event["kind"] in _ADDING else 0
    return Counts(own or details.get("entriesRestored", 0), 0, details.get("entriesRemoved", 0))


def _policies(
    before: Mapping[str, PolicyValue],
    after: Mapping[str, PolicyValue],
    writing: Writing,
    unset: tuple[str, str] = ("comme le cabinet", "as the firm says"),
) -> Iterator[Difference]:
    for name, words in POLICY_WORDS.items():
        old, new = before.get(name), after.get(name)
        if old != new:
            said = (_policy_value(name, value, unset, writing) for value in (old, new))
            yield Difference(writing.text(*words.name), *said)


def _policy_value(
    name: str, value: PolicyValue | None, unset: tuple[str, str], writing: Writing
) -> str:
    if value is None:
        return writing.text(*unset)
    words = POLICY_WORDS[name].values.get(str(value))
    return str(value) if words is None else writing.text(*words)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""What the history of a dossier says of a change besides its name: each value, old and new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.web.imports.entry_changes import Difference
from ecritures.web.words.policy_words import POLICY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecritures.app.views.audit import EventView
    from ecritures.core.policies import PolicyValue
    from ecritures.web.words.writing import Writing


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
    if event["kind"] == "validated":
        found.append(
            writing.text("jusqu’au {day}", "up to {day}", day=writing.day(details["through"]))
        )
    counted = (
        ("entriesValidated", ("écriture validée", "entry"), ("écritures validées", "entries")),
        ("entriesRemoved", ("écriture retirée", "entry removed"),
         ("écritures retirées", "entries removed")),
        ("entriesRestored", ("écriture revenue", "entry back"),
         ("écritures revenues", "entries back")),
    )  # fmt: skip
    found += [
        writing.plural(details[name], one, many) for name, one, many in counted if details.get(name)
    ]
    return found


def _policies(
    before: Mapping[str, PolicyValue], after: Mapping[str, PolicyValue], writing: Writing
) -> Iterator[Difference]:
    for name, words in POLICY_WORDS.items():
        old, new = before.get(name), after.get(name)
        if old != new:
            said = (_policy_value(name, value, writing) for value in (old, new))
            yield Difference(writing.text(*words.name), *said)


def _policy_value(name: str, value: PolicyValue | None, writing: Writing) -> str:
    if value is None:
        return writing.text("comme le cabinet", "as the firm says")
    words = POLICY_WORDS[name].values.get(str(value))
    return str(value) if words is None else writing.text(*words)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

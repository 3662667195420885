"""The form that asks for an import: its fields as the request they make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ecritures.core.choices import asked_policies, kept_choices
from ecritures.core.errors import RefusedRequestError
from ecritures.core.policies import POLICY_NAMES
from ecritures.imports.request import ImportRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.imports.queries import ImportState

_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d):(\d{4}-\d\d-\d\d)")
_BETWEEN = re.compile(r"\s*(?::|\bau\b|\bto\b|–|→)\s*")
_FRENCH_DAY = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")
REPLACE = "replace"
OF_SCOPE = (
    "replace-scope-missing",
    "replace-not-chosen",
    "replace-period",
    "fiscal-year-unknown",
    "fiscal-year-ambiguous",
)
"""The codes of what is wrong with the year or the period to replace."""
MENDED_FROM = "mendedFrom"
"""The option of an import whose file was mended: the import of the original."""


def request_of(form: Mapping[str, str], name: str | None = None) -> ImportRequest:
    """Return what a form asks for: always a dry run.

    Raises:
        RefusedRequestError: The dossier is missing, or what is to be replaced.
    """
    dossier = form.get("dossier", "").strip()
    if not dossier:
        raise RefusedRequestError(
            "dossier-missing",
            "Choisissez le dossier de ce fichier : son nom ne suffit pas à le dire.",
            "Choose the dossier of this file: its name is not enough to tell it.",
        )
    model = form.get("model", "").strip() or None
    return ImportRequest(
        kind="perso" if model else form.get("kind") or "fec",
        model=model,
        dossier=dossier,
        url=form.get("url", "").strip() or None,
        name=name,
        dry_run=True,
        options=options_of(form),
    )


def options_of(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the policies that a form has chosen, and what it replaces.

    Raises:
        RefusedRequestError: It replaces, and does not say what; or says what, and does not.
    """
    chosen = {name: value for name in POLICY_NAMES if (value := form.get(name, "").strip())}
    chosen.pop("mode", None)
    options: dict[str, Any] = dict(asked_policies(chosen))
    scope, journals = (form.get(name, "").strip() for name in ("replace", "journals"))
    if form.get("mode") == REPLACE:
        options["replace"] = _scope(scope, journals)
    elif (scope and scope != form.get("replaced", "")) or (
        journals and journals != form.get("replaced-journals", "")
    ):  # what the form had shown was not chosen
        raise RefusedRequestError(
            "replace-not-chosen",
            "Une période est écrite, mais « Ajouter » est choisi : choisissez « Remplacer »,"
            " ou videz ce champ.",
            "A period is written, but “Add” is chosen: choose “Replace”, or empty this field.",
        )
    return options


def _scope(text: str, journals: str) -> dict[str, Any]:
    codes = [one.strip() for one in journals.replace(";", ",").split(",") if one.strip()]
    only = {"journals": codes} if codes else {}
    if period := _PERIOD.fullmatch(_BETWEEN.sub(":", _FRENCH_DAY.sub(r"\3-\2-\1", text))):
        return {"from": period[1], "to": period[2]} | only
    if not text:
        raise RefusedRequestError(
            "replace-scope-missing",
            "Dites quel exercice ou quelle période remplacer, par exemple 2025.",
            "Say which year or period to replace, for example 2025.",
        )
    return {"fiscalYear": text} | only


def choices_of(found: ImportState) -> dict[str, Any]:
    """Return what the request of a past import had chosen itself."""
    chosen = {
        name: one.value
        for name, one in kept_choices(found.options).items()
        if str(one.origin) == "request" and name != "mode"
    }
    kept = ("replace", "format", "regime", "amounts", "block", "unblock", MENDED_FROM)
    return chosen | {name: found.options[name] for name in kept if found.options.get(name)}

"""How a disruption is reported in a line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ecritures.core.sentences import pick

if TYPE_CHECKING:
    from ecritures.app.views.disruptions import DelayView
    from ecritures.core.sentences import Language

KINDS = {
    "planned": ("maintenance", "maintenance"),
    "no-worker": ("aucun exécutant", "no worker"),
    "database": ("base de données", "database"),
    "storage": ("stockage", "storage"),
    "source-host": ("serveur de fichiers", "file server"),
}


def shown_moment(text: str) -> str:
    """Return a moment of a JSON document as people read it, in the time of this machine."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def shown_end(one: DelayView, language: Language) -> str:
    """Return when a disruption was over, or will be."""
    if one["endedAt"]:
        return shown_moment(one["endedAt"])
    if one["until"]:
        moment = shown_moment(one["until"])
        return pick(language, f"en cours, jusqu'à {moment}", f"until {moment}")
    return pick(language, "en cours", "going on")


def describe(one: DelayView, language: Language) -> str:
    """Say in a line when and why the service did not run imports."""
    kind = pick(language, *KINDS[one["kind"]])
    reason = pick(language, one["reason"], one["reasonEn"])
    return f"{shown_moment(one['startedAt'])} – {shown_end(one, language)}, {kind} : {reason}"

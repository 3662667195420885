"""What the pages say of an import: its state, what it is waiting for, what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.core.grouping import NO_USE
from ecritures.imports.messages import DRY_RUN_REFUSED
from ecritures.imports.read.attention import CANCELLED
from ecritures.imports.request import Status
from ecritures.reports.content import Content
from ecritures.rules.catalogue import RULES, noteworthy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecritures.app.views.imports import AttemptView, ImportView, RefusalView
    from ecritures.core.sentences import Sentence
    from ecritures.reports.content import CodeTotal
    from ecritures.web.words.writing import Writing

REFUSED = "refused"
REMOVES_MUCH = "replace-removes-much"
"""The code of the only refusal that confirming a preview lifts."""
KNOWN = {"imported-before", "imported-once", "dry-run-known"}
_OPTION = re.compile(r"[^.;]*\b[a-zA-Z]+=[a-z][^.;]*[.;]?")
"""A sentence that tells programs which option to ask for."""
_FOR_PROGRAMS = (
    (re.compile(r"\s(?:à voir dans le rapport|in the report) \(.*?\)(?=\.)"), ""),
    (re.compile(r"\s?; ?impact\.difference\.skipped [^)]*"), ""),
    (re.compile(r"(relancez-le|try it again)\s?: [«“]\s?ecritures retry .*/retry"), r"\1"),
    (re.compile(r"(?:Rien n.a été remplacé|Nothing was replaced)\s?:\s"), ""),
    (
        re.compile(r"faites d.abord un aperçu, puis donnez son planDigest dans ifPlan"),
        "confirmez-le sur l’aperçu",
    ),
    (
        re.compile(r"make a dry run first, then give its planDigest as ifPlan"),
        "confirm it on the preview",
    ),
    (re.compile(r"\s\(--[^)]*\)"), ""),
    (
        re.compile(r"Le formulaire doit porter un seul fichier, dans le champ \w+"),
        "Envoyez un seul fichier à la fois",
    ),
    (
        re.compile(r"The form must contain a single file, in field \w+"),
        "Send one file at a time",
    ),
    (re.compile(r"Le nouveau plan est \w+\s?; relisez-le"), "Relisez le nouvel aperçu"),
    (re.compile(r"The new plan is \w+; read it"), "Read the new preview"),
)
"""The codes, routes and commands in messages, and what the pages say instead."""
_FILTERS = {
    "from": ("Du", "From"),
    "to": ("Au", "To"),
    "year": ("Année", "Year"),
    "fiscal-year": ("Exercice", "Fiscal year"),
    "account": ("Compte", "Account"),
    "amount": ("Montant", "Amount"),
    "lettering": ("Lettrage", "Lettering"),
    "revision": ("Révision", "Revision"),
}
"""What the fields of the filter of the books are called in forms, by parameter."""
_OF_FILTER = re.compile(rf"({'|'.join(_FILTERS)})(?=\s?:\s)")
_REFUSALS = {DRY_RUN_REFUSED, "import-refused"}
_ASKED_AGAIN = frozenset({"done", "refused", "failed", "cancelled", "handed-back"})
"""How the attempt before one that waits its turn ended: a preview, or something that was over."""
_OUTCOMES = {
    "done": ("Importé.", "Imported."),
    "refused": ("Refusé : rien n’a été écrit.", "Refused: nothing was written."),
    "failed": ("En échec : rien n’a été écrit.", "Failed: nothing was written."),
    "retry": (
        "Sans réponse : l’essai est refait plus tard.",
        "No answer: it is tried again later.",
    ),
    "interrupted": (
        "Interrompu : l’import est repris depuis le début.",
        "Interrupted: the import begins anew.",
    ),
    "handed-back": (
        "Rendu à la file, le service s’arrêtant : l’import est repris depuis le début.",
        "Handed back as the service stopped: the import begins anew.",
    ),
    "cancelled": ("Arrêté avant la fin : rien n’a été écrit.", "Cancelled: nothing was written."),
}
"""What came out of an attempt that says nothing else of itself."""
_BROKEN = (
    "Arrêté par une erreur du service : rien n’a été écrit.",
    "Stopped by an error of the service: nothing was written.",
)
_PHASES = {
    "waiting": ("En attente", "Waiting"),
    "download": ("Réception", "Reception"),
    "check": ("Contrôle", "Checks"),
    "load": ("Chargement", "Loading"),
    "publish": ("Publication", "Publication"),
    "ended": ("Terminé", "Ended"),
}
PHASES = ("download", "check", "load", "publish")


@dataclass(frozen=True, slots=True)
class ImportState:
    """A state as a page shows it: always a mark and a word.

    Attributes:
        name: `waiting`, `retry`, `running`, `posted`, `ready`, `doubtful`, `known`,
            `undone`, `refused`, `failed` or `cancelled`.
        icon: Its mark.
        colour: The class of the mark: `off`, `run`, `ok`, `warn` or `bad`.
        fr: Its word.
        en: The same in English.
    """

    name: str
    icon: str
    colour: str
    fr: str
    en: str


_WAITING = ImportState("waiting", "clock", "off", "En attente", "Waiting")
_RETRY = ImportState("retry", "warn", "warn", "Nouvel essai", "Retrying")
_RUNNING = ImportState("running", "run", "run", "En cours", "Running")
_POSTED = ImportState("posted", "ok", "ok", "Importé", "Imported")
_READY = ImportState("ready", "eye", "off", "Aperçu prêt", "Preview ready")
_DOUBTFUL = ImportState("doubtful", "warn", "warn", "À confirmer", "To be confirmed")
_KNOWN = ImportState("known", "warn", "warn", "Déjà importé", "Imported already")
_UNDONE = ImportState("undone", "undo", "off", "Annulé", "Undone")
_REFUSED = ImportState("refused", "bad", "bad", "Refusé", "Refused")
_FAILED = ImportState("failed", "bad", "bad", "En échec", "Failed")
_CANCELLED = ImportState("cancelled", "cross", "off", "Arrêté", "Cancelled")


def state_of_import(view: ImportView) -> ImportState:
    """Return the state of an import."""
    status = view["status"]
    if status == Status.WAITING:
        return _RETRY if _has_failed(view) else _WAITING
    if status == Status.RUNNING:
        return _RUNNING
    if status == Status.DONE:
        return _done(view)
    if view["messageCode"] == CANCELLED:
        return _CANCELLED
    if is_known_file(view):
        return _KNOWN
    outcome = view["attempts"][-1]["outcome"] if view["attempts"] else None
    return _REFUSED if outcome == REFUSED else _FAILED


def _has_failed(view: ImportView) -> bool:
    """Return whether the last attempt is to be made again, rather than another thing asked for.

    One that has no outcome has begun since the state was read.
    """
    return bool(view["attempts"]) and view["attempts"][-1]["outcome"] not in {None, *_ASKED_AGAIN}


def _done(view: ImportView) -> ImportState:
    if view["undone"]:
        return _UNDONE
    if is_known_file(view):
        return _KNOWN
    if view["dryRun"] and is_confirmable(view):
        return _DOUBTFUL if view["refusals"] else _READY
    if view["dryRun"]:
        return _REFUSED
    return _POSTED


def is_confirmable(view: ImportView) -> bool:
    """Return whether a preview may be confirmed: a removal of much may, once it has been seen."""
    refused = {one["code"] for one in view["refusals"]} - {REMOVES_MUCH}
    return bool(view["importable"]) and not refused


def is_repairable(view: ImportView) -> bool:
    """Return whether a copy of a file could be without some of what was found in it."""
    return any(RULES[code].repairs for code in view["report"].get("anomalyCounts", {}))


def is_known_file(view: ImportView) -> bool:
    """Return whether an import was stopped because its dossier has the file already."""
    codes = {view["messageCode"], *(one["code"] for one in view["refusals"])}
    return not KNOWN.isdisjoint(codes)


GROUPINGS = {
    "auto": ("Trouvé d’après le fichier", "Found from the file"),
    "number": ("Numéro, tous journaux", "Number, all journals"),
    "journal-number": ("Journal et numéro", "Journal and number"),
    "journal-number-date": ("Journal, numéro et date", "Journal, number and date"),
    "journal-piece-date": ("Journal, pièce et date", "Journal, document and date"),
    "heading": ("En-têtes du fichier", "Headings of the file"),
    "running-balance": ("Solde courant", "Running balance"),
}
"""What the values of `groupBy` are called, in French and in English."""


def grouping_name(rule: str) -> tuple[str, str]:
    """Return what a rule that groups lines into entries is called."""
    return GROUPINGS.get(rule, (rule, rule))


def asks_grouping(view: ImportView) -> bool:
    """Return whether a preview has found no numbers that say which lines make an entry."""
    reason = view["report"].get("groupingReason")
    return view["dryRun"] and reason in NO_USE and not is_known_file(view)


def phase_name(phase: str, writing: Writing) -> str:
    """Return what a phase of an import is called."""
    return writing.text(*_PHASES[phase])


def file_kind(view: ImportView, writing: Writing) -> str:
    """Return how a file was read: a format, or a model and its version."""
    if view["model"]:
        version = view["modelVersion"]
        return f"{view['model']}, v{version}" if version else view["model"]
    named = str(view["report"].get("format") or view["kind"]).upper().replace("_", " ")
    return named if named != "PERSO" else writing.text("modèle", "model")


def message_of(view: ImportView, writing: Writing) -> str:
    """Return what an import says of itself, without codes; empty: nothing."""
    if is_known_file(view):
        return writing.text(
            "Ce fichier est déjà dans le dossier : rien n’a été ajouté.",
            "This file is in the dossier already: nothing was added.",
        )
    if view["refusals"]:
        return refusal_of(view["refusals"][0], writing)
    if view["messageCode"] in _REFUSALS:
        found = ", ".join(
            writing.text(one.rule.title_fr, one.rule.title_en)
            for one in _totals(view)
            if one.blocks
        )
        return writing.text(
            "Rien n’a été écrit. À corriger : {found}.",
            "Nothing was written. To mend: {found}.",
            found=found,
        )
    return _said(view["message"], view["messageEn"], writing)


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """What the story of an import says of an attempt.

    Attributes:
        text: A sentence or some.
        findings: The rules that it speaks of.
        is_refusal: Whether they are to be mended before the file is imported.
    """

    text: str
    findings: list[CodeTotal] = field(default_factory=list)
    is_refusal: bool = False


def outcome_of(view: ImportView, attempt: AttemptView, writing: Writing) -> AttemptOutcome:
    """Return what became of an attempt."""
    if attempt["message"] != view["message"]:
        return AttemptOutcome(
            _said(attempt["message"], attempt["messageEn"], writing)
            or _outcome(attempt, view, writing)
        )
    if is_known_file(view) or view["refusals"]:
        return AttemptOutcome(message_of(view, writing), is_refusal=True)
    if view["messageCode"] in _REFUSALS:
        blocking = [one for one in _totals(view) if one.blocks]
        text = writing.text("Rien n’a été écrit.", "Nothing was written.")
        return AttemptOutcome(text, blocking, is_refusal=True)
    worth = noteworthy(view["report"].get("anomalyCounts", {}))
    findings = [one for one in _totals(view) if one.rule.code in worth]
    return AttemptOutcome(message_of(view, writing) or _outcome(attempt, view, writing), findings)


def _outcome(attempt: AttemptView, view: ImportView, writing: Writing) -> str:
    """Return what came out of an attempt that has no message."""
    entries = (view["impact"] or {}).get("entries") or {}
    if attempt["outcome"] == "done" and entries:
        return writing.plural(
            entries["added"],
            ("écriture ajoutée aux livres.", "entry added to the books."),
            ("écritures ajoutées aux livres.", "entries added to the books."),
        )
    return writing.text(*_OUTCOMES.get(attempt["outcome"] or "", _BROKEN))


def _totals(view: ImportView) -> list[CodeTotal]:
    return Content(view["report"], {}, tuple).codes()


def _said(fr: str | None, en: str | None, writing: Writing) -> str:
    """Return a message without what it tells programs."""
    text = writing.text(fr or "", en or fr or "")
    for pattern, instead in _FOR_PROGRAMS:
        text = pattern.sub(instead, text)
    return text


def refusal_of(refusal: RefusalView, writing: Writing) -> str:
    """Return why an import is refused, without the options that programs ask for."""
    text = _said(refusal["message"], refusal["messageEn"], writing)
    return _OPTION.sub("", text).rstrip(" ;.\u00a0\u202f") + "."


def first_sentence_and_rest(sentence: Sentence, writing: Writing) -> tuple[str, str]:
    """Return the first sentence of a message and the others, without what it tells programs."""
    text = _OF_FILTER.sub(
        lambda field: writing.text(*_FILTERS[field[0]]),
        _said(sentence.fr, sentence.en, writing),
        count=1,
    )
    first, mark, more = text.partition(". ")
    return first + mark.rstrip(), more


def seconds_taken(view: ImportView) -> float | None:
    """Return how long the last attempt of an import took; None: it has not ended."""
    if not view["attempts"] or not view["endedAt"]:
        return None
    return sum(view["attempts"][-1]["phaseSeconds"].values())


def who_asked(
    name: str | None, writing: Writing, names_of_keys: Callable[[], Mapping[str, str]]
) -> str:
    """Return who asked for something: a person's address, a key by its name, an operator."""
    if not name:
        return writing.text("Un exploitant", "An operator")
    if "@" not in name and (called := names_of_keys().get(name)):
        return writing.text("La clé « {key} »", "Key “{key}”", key=called)
    return name if "@" in name else writing.text("La clé {key}…", "Key {key}…", key=name[:8])

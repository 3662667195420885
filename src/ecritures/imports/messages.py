"""The messages of an import: how it ended, or why it waits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.amounts import count_text, counted
from ecritures.core.sentences import Sentence, pick
from ecritures.rules.catalogue import RULES, noteworthy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from ecritures.core.sentences import Language
    from ecritures.ledger.planning.plan import Plan
    from ecritures.reading.check import Report

CODES_SHOWN_MAX = 3
ACCOUNTS_SHOWN_MAX = 3
DRY_RUN_REFUSED = "dry-run-refused"
"""The code of what a dry run ends with when the import would be refused."""
PLAN_CHANGED = "plan-changed"
"""The code of what a confirmed dry run ends with when the ledger has changed since."""
MINUTES_SHOWN_MAX = 120
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def outcome_of(
    report: Report, *, dry_run: bool, plan: Plan | None = None, notes: Sequence[Sentence] = ()
) -> Sentence | None:
    """Say how a reading ended; None when there is nothing to say.

    Args:
        report: What it found.
        dry_run: Whether it was only to tell.
        plan: What the file does to the ledger.
        notes: What is added about its documents.
    """
    sentence = _outcome_of(report, dry_run=dry_run, plan=plan)
    if plan is None or not report.importable or (plan.refusals and dry_run):
        return sentence
    sentence = _with_openings(_with_lettering(sentence, plan), plan)
    return _with_more(sentence, notes)


def _outcome_of(report: Report, *, dry_run: bool, plan: Plan | None) -> Sentence | None:
    counts = report.anomalies.counts
    if not report.importable:
        blocking = {code: count for code, count in counts.items() if report.policy.blocks(code)}
        total = sum(blocking.values())
        refused = Sentence(
            "import-refused",
            f"Rien n'a été importé : {counted(total, 'anomalie bloquante', 'anomalies bloquantes')}"
            f" ({_shown(blocking, 'fr')}). Le rapport donne chaque ligne et son remède.",
            "Nothing was imported: "
            f"{counted(total, 'blocking anomaly', 'blocking anomalies', 'en')}"
            f" ({_shown(blocking, 'en')}). The report gives each line and its remedy.",
        )
        return would_be_refused(refused) if dry_run else refused
    if dry_run:
        return _dry_run(report, plan)
    if plan is not None and plan.replaces:
        return _replaced(plan)
    if plan is not None and plan.impact.get("entries", {}).get("skipped"):
        return _skipped(plan)
    notable = noteworthy(counts)
    if notable:
        total = sum(notable.values())
        return Sentence(
            "imported-with-anomalies",
            f"Importé, avec {counted(total, 'anomalie', 'anomalies')} à voir dans le rapport"
            f" ({_shown(notable, 'fr')}).",
            f"Imported, with {counted(total, 'anomaly', 'anomalies', 'en')}"
            f" in the report ({_shown(notable, 'en')}).",
        )
    return None


def would_be_refused(why: Sentence) -> Sentence:
    """Say that a dry run was done, and that the import itself would be refused."""
    return Sentence(
        DRY_RUN_REFUSED,
        f"Aperçu : l'import serait refusé. {why.fr}",
        f"Preview: the import would be refused. {why.en}",
    )


def _dry_run(report: Report, plan: Plan | None) -> Sentence:
    if plan is not None and plan.refusals:
        return would_be_refused(plan.refusals[0])
    if plan is not None and plan.said is not None:
        return plan.said
    done = plan.impact.get("entries", {}) if plan is not None else {}
    others = [
        (f"{fr} {count_text(done[name])}{more}", f"{en} {count_text(done[name], 'en')}{more_en}")
        for name, fr, en, more, more_en in (
            ("changed", "à modifier", "to change", "", ""),
            ("removed", "à retirer", "to remove", "", ""),
            ("skipped", "à laisser de côté", "to leave out", " (déjà dans le dossier)",
             " (in the dossier already)"),
        )
        if done.get(name)
    ]  # fmt: skip
    if others:
        added, added_en = (count_text(done["added"], language) for language in LANGUAGES)
        others_fr, others_en = (", ".join(texts) for texts in zip(*others, strict=True))
        return Sentence(
            "dry-run",
            f"Aperçu : rien n'a été importé ; écritures à ajouter {added}, {others_fr}.",
            f"Preview: nothing was imported; entries to add {added_en}, {others_en}.",
        )
    return Sentence(
        "dry-run",
        "Aperçu : rien n'a été importé,"
        f" {counted(report.lines, 'ligne pourrait', 'lignes pourraient')} l'être.",
        f"Preview: nothing was imported, {counted(report.lines, 'line', 'lines', 'en')} could be.",
    )


def _skipped(plan: Plan) -> Sentence:
    done = plan.impact["entries"]
    (added, skipped), (added_en, skipped_en) = (
        [count_text(done[name], language) for name in ("added", "skipped")]
        for language in LANGUAGES
    )
    return Sentence(
        "imported-without-known",
        f"Importé : écritures ajoutées {added}, laissées de côté {skipped} (déjà dans le dossier ;"
        " impact.difference.skipped les donne).",
        f"Imported: entries added {added_en}, left out {skipped_en} (in the dossier already;"
        " impact.difference.skipped lists them).",
    )


def _replaced(plan: Plan) -> Sentence:
    done = plan.impact["entries"]
    names = ("unchanged", "changed", "added", "removed")
    unchanged, changed, added, removed = (count_text(done[name]) for name in names)
    english = ", ".join(f"{name} {count_text(done[name], 'en')}" for name in names)
    fr, en = "", ""
    if reversed_ := plan.impact.get("reversalEntries", 0):
        fr = f" Écritures validées contre-passées : {count_text(reversed_)}."
        en = f" Validated entries reversed: {count_text(reversed_, 'en')}."
    return Sentence(
        "replaced",
        f"Remplacement fait : écritures inchangées {unchanged}, modifiées {changed}, ajoutées"
        f" {added}, supprimées {removed}.{fr}",
        f"Replaced: entries {english}.{en}",
    )


def _with_lettering(sentence: Sentence | None, plan: Plan) -> Sentence | None:
    """Say besides what becomes of lettered lines, where it is not what the file has."""
    lettering = plan.impact.get("lettering") or {}
    fr, en = [], []
    if broken := lettering.get("broken", 0):
        fr.append(f"Lettrages qui perdent une ligne : {broken}.")
        en.append(f"Groups of lettered lines that lose a line: {broken}.")
    if reused := lettering.get("reused", 0):
        codes = [one["code"] for one in lettering["reusedCodes"]]
        shown = ", ".join(codes[:CODES_SHOWN_MAX])
        fr.append(
            "Codes de lettrage déjà pris par d'autres lignes du même compte et du même tiers :"
            f" {reused} ({shown})."
        )
        en.append(
            "Lettering codes that other lines of the same account and third party have already:"
            f" {reused} ({shown})."
        )
    if left := lettering.get("notTaken", 0):
        fr.append(
            "Écritures validées ou de périodes closes dont le fichier a un autre lettrage : "
            f"{count_text(left)}. Le leur reste ; lettrez-les dans le grand livre."
        )
        en.append(
            "Entries validated or of closed periods that have another lettering in the file: "
            f"{count_text(left, 'en')}. Theirs stays; letter them in the ledger."
        )
    if not fr:
        return sentence
    code = sentence.code if sentence is not None else "lettering-broken"
    said = (sentence.fr, sentence.en) if sentence is not None else ("Importé.", "Imported.")
    return Sentence(code, " ".join([said[0], *fr]), " ".join([said[1], *en]))


def _with_openings(sentence: Sentence | None, plan: Plan) -> Sentence | None:
    """Say besides which openings differ from the closing of the year before."""
    openings = plan.impact.get("openings") or []
    if not openings:
        return sentence
    fr, en = [], []
    for one in openings:
        first = one["accounts"][:ACCOUNTS_SHOWN_MAX]
        names = [f"{each['account']} {each.get('thirdParty', '')}".strip() for each in first]
        shown = ", ".join(names) + (", …" if one["count"] > len(names) else "")
        start = date.fromisoformat(one["fiscalYear"])
        accounts = (
            counted(one["count"], "compte", "comptes"),
            counted(one["count"], "account", "accounts", "en"),
        )
        fr.append(
            f"Les à-nouveaux de l'exercice du {start:%d/%m/%Y} diffèrent de la clôture précédente"
            f" pour {accounts[0]} ({shown})."
        )
        en.append(
            f"The openings of the fiscal year from {start} differ from the closing before it in"
            f" {accounts[1]} ({shown})."
        )
    code = sentence.code if sentence is not None else "openings-differ"
    said = (sentence.fr, sentence.en) if sentence is not None else ("Importé.", "Imported.")
    return Sentence(code, " ".join([said[0], *fr]), " ".join([said[1], *en]))


def _with_more(sentence: Sentence | None, notes: Sequence[Sentence]) -> Sentence | None:
    """Say more sentences behind one."""
    if not notes:
        return sentence
    code = sentence.code if sentence is not None else notes[0].code
    said = (sentence.fr, sentence.en) if sentence is not None else ("Importé.", "Imported.")
    fr, en = [one.fr for one in notes], [one.en for one in notes]
    return Sentence(code, " ".join([said[0], *fr]), " ".join([said[1], *en]))


def internal_failure() -> Sentence:
    """Say that the service itself failed; the log has the rest."""
    return Sentence(
        "internal-error",
        "Erreur interne du service : rien n'a été importé. Le journal du service en dit plus.",
        "Internal error of the service: nothing was imported. See the service's log.",
    )


def tried_again(failure: Sentence) -> Sentence:
    """Say that an import has failed for now, and will be tried again by itself."""
    return Sentence(
        failure.code,
        f"{failure.fr} Un nouvel essai aura lieu automatiquement.",
        f"{failure.en} It will be tried again automatically.",
    )


def given_up(failure: Sentence, tried: int, lasted: timedelta, import_id: str) -> Sentence:
    """Say that an import is no longer tried, and how to have it tried again.

    Args:
        failure: What the last attempt failed of.
        tried: How many attempts have failed.
        lasted: How long that took.
        import_id: Its number.
    """
    return Sentence(
        failure.code,
        f"{failure.fr} Essayé {tried} fois en {_duration(lasted, 'fr')}, puis abandonné. Une fois"
        f" la cause corrigée, relancez-le : « ecritures retry {import_id} » ou"
        f" POST /v1/imports/{import_id}/retry.",
        f"{failure.en} Tried {counted(tried, 'time', 'times', 'en')} in"
        f" {_duration(lasted, 'en')}, then given up. Once the cause is put right,"
        f" try it again: “ecritures retry {import_id}” or POST /v1/imports/{import_id}/retry.",
    )


def handed_back() -> Sentence:
    """Say that the service stops, and that the import will be run again from its beginning."""
    return Sentence(
        "handed-back",
        "Le service s'arrêtait : cet import sera repris dès qu'il tournera de nouveau.",
        "The service was stopping: this import will run as soon as the service is back.",
    )


def interrupted() -> Sentence:
    """Say that the service died during an import, which will run again from its beginning."""
    return Sentence(
        "interrupted",
        "Le service s'est arrêté pendant cet import : il reprend depuis le début.",
        "The service stopped during this import: it starts again from the beginning.",
    )


def cancelled() -> Sentence:
    """Say that an import was cancelled on request."""
    return Sentence(
        "import-cancelled",
        "Import arrêté à la demande : rien n'a été importé.",
        "Import cancelled on request: nothing was imported.",
    )


def interrupted_too_often() -> Sentence:
    """Say that the service died again and again during an import."""
    return Sentence(
        "interrupted-too-often",
        "Le service s'est arrêté trop de fois pendant cet import : rien n'a été importé.",
        "The service stopped too many times during this import: nothing was imported.",
    )


def command_stopped() -> Sentence:
    """Say that the command that imported a file of its machine has died."""
    return Sentence(
        "command-stopped",
        "La commande qui importait ce fichier s'est arrêtée : rien n'a été importé. Relancez"
        " « ecritures import ».",
        "The command that imported this file has stopped: nothing was imported. Run “ecritures"
        " import” again.",
    )


def ran_too_long() -> Sentence:
    """Say that an import was stopped because it ran too long."""
    return Sentence(
        "ran-too-long",
        "L'import durait depuis trop longtemps et a été arrêté : rien n'a été importé.",
        "The import was running for too long and was stopped: nothing was imported.",
    )


def _duration(lasted: timedelta, language: Language) -> str:
    minutes = max(1, round(lasted.total_seconds() / 60))
    if minutes < MINUTES_SHOWN_MAX:
        return f"{minutes} min"
    return f"{round(minutes / 60)} {pick(language, 'heures', 'hours')}"


def _shown(counts: dict[str, int], language: Language) -> str:
    """Name the rules with the most anomalies; a caller may show this sentence and nothing else."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(
        f"{pick(language, RULES[code].title_fr, RULES[code].title_en)} [{code}]"
        + (f" × {count_text(count)}" if count > 1 else "")
        for code, count in ranked[:CODES_SHOWN_MAX]
    )
    return shown + (", …" if len(ranked) > CODES_SHOWN_MAX else "")

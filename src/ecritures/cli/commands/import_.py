"""`ecritures import`: import a file in this process."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ecritures.cli.commands.check import Unit, require_model
from ecritures.cli.support.connect import find_dossier, open_database, open_settings
from ecritures.cli.support.exit_codes import CLEAN, FOUND
from ecritures.cli.support.import_source import format_of, request_of
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, ChartName, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.policy_options import (
    DefinitiveChoice,
    DifferenceCentsChoice,
    DuplicateEntriesChoice,
    DuplicatesChoice,
    EncodingChoice,
    FileValidationChoice,
    GroupByChoice,
    LateEntriesChoice,
    LookalikesChoice,
    MissingNumbersChoice,
    ModeChoice,
    OpeningsChoice,
    OtherCompanyChoice,
    OutsideFiscalYearsChoice,
    ReverseStyleChoice,
    UnbalancedChoice,
)
from ecritures.cli.support.single_values import SingleValuesCommand
from ecritures.config.folders import PRIVATE_UMASK
from ecritures.core.choices import asked_policies
from ecritures.imports.request import ImportRequest, Phase, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecritures.directory.domains import Domain
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.reports.content import Content

LOOK_SECONDS = 0.2
ENDED = (Status.DONE, Status.ENDED_WITH_ERROR)
REPORT_FIELDS = (
    *("format", "layout", "encoding", "separator", "grouping", "lines", "entries"),
    *("conforming", "importable", "debitCents", "creditCents", "seconds"),
)  # null when the file could not be fetched
PHASES = {
    Phase.WAITING: ("En attente", "Waiting"),
    Phase.DOWNLOAD: ("Lecture de la source", "Fetching"),
    Phase.CHECK: ("Contrôle", "Checking"),
    Phase.LOAD: ("Chargement", "Loading"),
    Phase.PUBLISH: ("Publication", "Publishing"),
    Phase.ENDED: ("Terminé", "Ended"),
}


Source = Annotated[
    str,
    typer.Argument(
        metavar="FILE_OR_URL",
        help=say("Un fichier de cette machine, ou une adresse.", "A local file or an address."),
    ),
]
Siret = Annotated[
    str | None,
    typer.Option(
        help=say("Établissement ; le principal sinon.", "Establishment (the main one by default).")
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=say(
            "Modèle d'import, pour un fichier qui n'est pas un FEC.",
            "Import model, for a file that is not a FEC.",
        ),
    ),
]
Format = Annotated[
    Literal["fec", "tra", "json"] | None,
    typer.Option(
        "--format",
        help=say(
            "Format ; par défaut, tra ou json pour un fichier qui se nomme ou commence ainsi.",
            "Format (by default tra or json for a file that is named so, or begins so).",
        ),
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help=say("Contrôle sans rien enregistrer.", "Checks without posting.")
    ),
]


Replaced = Annotated[
    str | None,
    typer.Option(
        "--replace",
        metavar="YEAR|START:END",
        help=say(
            "Remplace un exercice (son premier jour, ou l'année où il finit) ou une période.",
            "Replaces a fiscal year (its first day, or the year it ends in) or a period.",
        ),
    ),
]
ReplacedJournals = Annotated[
    list[str] | None,
    typer.Option(
        "--replace-journal",
        metavar="JOURNAL",
        help=say("Remplace ces journaux seulement.", "Replaces these journals only."),
    ),
]
IfPlan = Annotated[
    str | None,
    typer.Option(
        "--if-plan",
        metavar="DIGEST",
        help=say(
            "planDigest d'un aperçu : refusé si l'import ferait autre chose.",
            "planDigest of a dry run: refused if the import would do anything else.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "import",
        cls=SingleValuesCommand,
        help=say(
            "Importe un fichier ou une adresse dans un dossier. Code de sortie 0 : importé sans "
            "anomalie, 1 : refusé ou importé avec des anomalies, 2 : mauvais usage.",
            "Imports a file or an address into a dossier. Exit code 0: posted without anomalies, "
            "1: refused or posted with anomalies, 2: wrong usage.",
        ),
        epilog=example("ecritures import 079555421FEC20241231.txt --dossier CEGID003"),
    )(import_)
    app.command(
        "confirm",
        help=say(
            "Enregistre ce qu'un aperçu a préparé, sous le même numéro.",
            "Posts what a dry run has prepared, under the same id.",
        ),
        epilog=example("ecritures confirm 4dfa8727-0413-4e80-9fe2-3bea94b22833"),
    )(confirm)


def import_(
    source: Source,
    dossier: DossierCode,
    *,
    domain: AnyDomain = None,
    siret: Siret = None,
    format_: Format = None,
    model: Model = None,
    unit: Unit = None,
    dry_run: DryRun = False,
    mode: ModeChoice = None,
    duplicates: DuplicatesChoice = None,
    duplicate_entries: DuplicateEntriesChoice = None,
    lookalikes: LookalikesChoice = None,
    other_company: OtherCompanyChoice = None,
    group_by: GroupByChoice = None,
    missing_numbers: MissingNumbersChoice = None,
    outside_fiscal_years: OutsideFiscalYearsChoice = None,
    late_entries: LateEntriesChoice = None,
    openings: OpeningsChoice = None,
    unbalanced: UnbalancedChoice = None,
    difference_cents: DifferenceCentsChoice = None,
    file_validation: FileValidationChoice = None,
    definitive: DefinitiveChoice = None,
    reverse_style: ReverseStyleChoice = None,
    encoding: EncodingChoice = None,
    chart: ChartName = None,
    replaced: Replaced = None,
    replaced_journals: ReplacedJournals = None,
    if_plan: IfPlan = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> int:
    """Import one file and show the result."""
    policies = {
        "mode": mode,
        "duplicates": duplicates,
        "duplicateEntries": duplicate_entries,
        "lookalikes": lookalikes,
        "otherCompany": other_company,
        "groupBy": group_by,
        "missingNumbers": missing_numbers,
        "outsideFiscalYears": outside_fiscal_years,
        "lateEntries": late_entries,
        "openings": openings,
        "unbalanced": unbalanced,
        "differenceCents": difference_cents,
        "fileValidation": file_validation,
        "definitive": definitive,
        "reverseStyle": reverse_style,
        "unit": unit,
        "encoding": encoding,
    }
    require_model(unit, model)
    given = {"chart": chart, "ifPlan": if_plan} | _scope(replaced, replaced_journals)
    chosen = {name: value for name, value in given.items() if value} | asked_policies(policies)
    kind = "perso" if model else format_ or format_of(source)
    wanted = request_of(source, dossier, siret, model, dry_run=dry_run)
    request = replace(wanted, options=chosen, kind=kind)
    return _import(request, domain, Output(as_json, lang))


def _import(request: ImportRequest, domain: str | None, out: Output) -> int:
    """Carry out a request in this process, and show the result."""
    from ecritures.app.actions.imports import create_import
    from ecritures.config.logs import configure_logs
    from ecritures.directory.keys import Caller

    configure_logs("console", "warning")
    os.umask(PRIVATE_UMASK)
    deps, owner = _open(request.dossier or "", domain)
    submitted = create_import(deps, Caller.for_operator(owner), request)
    return _run_and_show(deps, submitted.view["id"], out)


def confirm(
    import_id: Annotated[str, typer.Argument(metavar="ID", help=say("L'import.", "The import."))],
    *,
    if_plan: IfPlan = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> int:
    """Post what a dry run has prepared, in this process."""
    from ecritures.app.actions.imports import confirm_import
    from ecritures.config.logs import configure_logs
    from ecritures.imports.queries import get_import

    out = Output(as_json, lang)
    configure_logs("console", "warning")
    os.umask(PRIVATE_UMASK)
    settings = open_settings()
    database = open_database(settings)
    state = get_import(database, import_id)
    database.close()
    deps, _ = _open(state.dossier, state.domain)
    confirm_import(deps.database, import_id, None, if_plan)
    return _run_and_show(deps, import_id, out)


def _scope(replaced: str | None, journals: list[str] | None) -> dict[str, Any]:
    """Return what `--replace` and `--replace-journal` say, as the option of an import."""
    scope: dict[str, Any] = {"journals": journals} if journals else {}
    if replaced and ":" in replaced:
        scope["from"], _, scope["to"] = replaced.partition(":")
    elif replaced:
        scope["fiscalYear"] = replaced
    return {"replace": scope} if scope else {}


def _run_and_show(deps: Dependencies, import_id: str, out: Output) -> int:
    from ecritures.imports.messages import DRY_RUN_REFUSED
    from ecritures.imports.read.stored_report import content_of_import
    from ecritures.rules.catalogue import noteworthy

    state = _run(deps, import_id, out)
    content = content_of_import(deps.database, state)
    out.show(_document(content, state, out), lambda: _for_people(content, state, out))
    deps.close()
    would_be_refused = state.message is not None and state.message.code == DRY_RUN_REFUSED
    done = state.status is Status.DONE and not would_be_refused
    return CLEAN if done and not noteworthy(content.counts) else FOUND


def _open(dossier: str, domain: str | None) -> tuple[Dependencies, Domain]:
    """Open what an import needs, limited to the firm of the dossier."""
    from ecritures.cli.commands.maintenance import refuse_under_maintenance
    from ecritures.cli.support.startup import forked_reader
    from ecritures.imports.dependencies import Dependencies

    settings = open_settings()
    reader = forked_reader(settings)  # before anything that must not be shared with it is open
    database = open_database(settings)
    refuse_under_maintenance(database)
    owner, _ = find_dossier(database, dossier, domain)
    database.close()
    deps = replace(Dependencies.open(settings), executor=reader)
    return deps.for_domain(owner.id), owner


def _run(deps: Dependencies, import_id: str, out: Output) -> ImportState:
    """Run every attempt until the import has ended, showing its progress."""
    from ecritures.cli.support.progress import bar
    from ecritures.imports.queries import get_import

    ended = threading.Event()
    failures: list[BaseException] = []
    worker = threading.Thread(
        target=_attempts, args=(deps, import_id, ended, failures), daemon=True
    )
    worker.start()
    label = out.say(*PHASES[Phase.WAITING])
    with bar(out, label) as move:
        show = _progress(out, move)
        while not ended.wait(LOOK_SECONDS):
            show(get_import(deps.database, import_id))
    if failures:
        raise failures[0]
    return get_import(deps.database, import_id)


def _attempts(
    deps: Dependencies, import_id: str, ended: threading.Event, failures: list[BaseException]
) -> None:
    """Attempt the import as its retry policy allows; a running service may take it over."""
    from ecritures.imports.execution.attempt import run_import
    from ecritures.imports.queries import get_import

    try:
        while get_import(deps.database, import_id).status not in ENDED:
            run_import(deps, import_id)
            state = get_import(deps.database, import_id)
            if state.status not in ENDED:
                due = (state.due_at - deps.database.clock.now()).total_seconds()
                ended.wait(max(due, LOOK_SECONDS))
    except BaseException as error:  # noqa: BLE001 - it is raised again in the main thread
        failures.append(error)
    finally:
        ended.set()


def _progress(
    out: Output, move: Callable[[str, int, int | None], None]
) -> Callable[[ImportState], None]:
    """Return a function that shows a state: a bar on a terminal, else a line for each phase."""
    seen: list[Phase] = []
    waited: list[int] = []

    def show(state: ImportState) -> None:
        if state.status is Status.WAITING and state.message and state.attempt not in waited:
            waited.append(state.attempt)
            due = f"{state.due_at:%H:%M:%S} UTC"
            out.note(state.message.text(out.language))
            out.note(out.say(f"Prochaine tentative à {due}.", f"Next attempt at {due}."))
        label = out.say(*PHASES[state.phase])
        if out.shows_progress:
            total = state.report.get("lines") if state.phase is Phase.LOAD else None
            move(f"{label} ({state.lines_done})", state.lines_done, total)
        elif state.phase not in seen:
            seen.append(state.phase)
            out.note(label)

    return show


def _document(content: Content, state: ImportState, out: Output) -> dict[str, Any]:
    from ecritures.reports.as_json import document

    return {
        **dict.fromkeys(REPORT_FIELDS),
        "anomalyCounts": {},
        **document(content, out.language),
        "id": state.id,
        "status": int(state.status),
        "dossier": state.dossier,
        "attachmentCount": state.report.get("attachments", 0),
        "message": state.message.text(out.language) if state.message else None,
        **({"dryRun": True} if state.dry_run else {}),
        **(state.plan or {}),
    }


def _for_people(content: Content, state: ImportState, out: Output) -> Iterable[str]:
    from ecritures.cli.commands.history import status_text
    from ecritures.cli.support.impact import impact_lines
    from ecritures.cli.support.verdict import for_people

    if state.report:
        yield from for_people(content, out)
    posted = status_text(state.status, out)
    yield f"  {out.say('Import', 'Import')} {state.id} : {posted}"
    if state.message:
        yield f"  {state.message.text(out.language)}"
    if state.dry_run and state.plan:
        yield from impact_lines(state.plan, out)
    if state.dry_run and state.plan and not state.plan["refusals"]:
        yield out.say(
            f"  Pour l'enregistrer : ecritures confirm {state.id}",
            f"  To post it: ecritures confirm {state.id}",
        )

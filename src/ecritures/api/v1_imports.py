"""Imports, on the product's own face."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr
from typing_extensions import TypedDict

from ecritures.api.downloads import DOWNLOADED, DownloadName, download
from ecritures.api.paging import Cursor, Limit, cursor_refused, read_cursor, write_cursor
from ecritures.api.problems import problem_responses
from ecritures.api.service import AuthenticatedRoute, TheCaller, TheService
from ecritures.imports.store import (
    ImportFilter,
    ImportState,
    get_import,
    list_anomalies,
    list_attempts,
    list_imports,
)
from ecritures.imports.submit import submit_import
from ecritures.imports.views import ImportView, import_view
from ecritures.model.imports import ImportRequest, Status
from ecritures.model.sentences import Language
from ecritures.reports.content import FindingView, finding_view, policy_of

router = APIRouter(prefix="/v1/imports", tags=["Imports"], route_class=AuthenticatedRoute)

ImportId = Annotated[str, Path(description="Numéro de l'import.")]
Text = Annotated[StrictStr, Field(min_length=1, max_length=8192, pattern=r"^[^\x00-\x1f\x7f]+$")]


class NewImport(BaseModel):
    """What a caller asks for."""

    model_config = ConfigDict(extra="forbid")

    dossier: Text = Field(description="Code du dossier.", examples=["CEGID003"])
    url: Text = Field(
        description="Adresse authentifiée du fichier.",
        examples=["https://stockage.example/079555421FEC20241231.txt?sig=abc"],
    )
    format: Literal["fec"] = Field("fec", description="Format du fichier.")
    siret: Text | None = Field(
        None, description="Établissement ; à défaut, le principal.", examples=["07955542100027"]
    )
    dryRun: StrictBool = Field(  # noqa: N815 - the name in the JSON
        default=False, description="Tout vérifier, ne rien écrire."
    )
    regime: Literal["bic", "commercial", "ba-cash", "bnc-cash"] | None = Field(
        None, description="Régime auquel le fichier est tenu ; à défaut, il est reconnu."
    )
    groupBy: (  # noqa: N815 - the name in the JSON
        Literal["journal-number", "journal-number-date", "journal-piece-date", "running-balance"]
        | None
    ) = Field(None, description="Règle qui distingue les écritures ; à défaut, elle est trouvée.")
    block: list[Text] = Field(
        default_factory=list,
        max_length=100,
        description="Règles rendues bloquantes.",
        examples=[["FEC-NUM-01"]],
    )
    unblock: list[Text] = Field(
        default_factory=list,
        max_length=100,
        description="Règles dont le blocage est levé.",
        examples=[["FEC-EXO-01"]],
    )

    def options(self) -> dict[str, Any]:
        """What the import is to know beyond its file."""
        given = self.model_dump(include={"regime", "groupBy", "block", "unblock"})
        return {name: value for name, value in given.items() if value}


class ImportPage(TypedDict):
    """A page of imports, newest first."""

    items: list[ImportView]
    nextCursor: str | None


class AnomalyPage(TypedDict):
    """A page of anomalies, in line order; the counts are exact, whatever is kept in detail."""

    anomalyCount: int
    anomalyCounts: dict[str, int]
    items: list[FindingView]
    nextCursor: str | None


@router.post(
    "",
    status_code=202,
    summary="Demander un import",
    description="`Location` dit où le suivre.",
    responses=problem_responses(400, 401, 403, 413, 422),
)
def create_import(
    service: TheService, caller: TheCaller, wanted: NewImport, response: Response
) -> ImportView:
    """Ask for an import; `Location` says where to follow it."""
    request = ImportRequest(
        kind=wanted.format,
        dossier=wanted.dossier,
        url=wanted.url,
        siret=wanted.siret,
        dry_run=wanted.dryRun,
        options=wanted.options(),
    )
    state = submit_import(service.database, caller, request)
    service.wake()
    response.headers["location"] = f"{router.prefix}/{state.id}"
    return import_view(state, [])


@router.get(
    "",
    summary="Lister les imports",
    description="Du plus récent au plus ancien.",
    responses=problem_responses(401, 422),
)
def list_all(
    service: TheService,
    caller: TheCaller,
    *,
    dossier: Annotated[str | None, Query(description="Code d'un dossier.")] = None,
    status: Annotated[Status | None, Query(description="État, de 1 à 4.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ImportPage:
    """List imports, newest first."""
    wanted = ImportFilter(dossier, status, _before(cursor))
    found = list_imports(service.database, caller, wanted, limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return {
        "items": [import_view(state, list_attempts(service.database, state.id)) for state in page],
        "nextCursor": write_cursor(page[-1].created_at.isoformat(), page[-1].id) if more else None,
    }


@router.get(
    "/{import_id}",
    summary="Suivre un import",
    description="Où il en est, ses tentatives, ce qui a été trouvé.",
    responses=problem_responses(401, 404, 422),
)
def get_one(service: TheService, caller: TheCaller, import_id: ImportId) -> ImportView:
    """Tell how far an import is, and what was found."""
    state = get_import(service.database, import_id, caller)
    return import_view(state, list_attempts(service.database, state.id))


@router.get(
    "/{import_id}/anomalies",
    summary="Lister les anomalies",
    description="Dans l'ordre des lignes du fichier ; les totaux sont exacts. "
    "Avec `as`, tout le rapport en un fichier ; `fec` : les écritures rejetées, à corriger.",
    response_model=AnomalyPage,
    responses={200: DOWNLOADED, **problem_responses(401, 404, 409, 422)},
)
def list_found(
    service: TheService,
    caller: TheCaller,
    import_id: ImportId,
    *,
    lang: Annotated[Language, Query(description="Langue des phrases.")] = "fr",
    as_: Annotated[
        DownloadName | None, Query(alias="as", description="Télécharger dans cette forme.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> AnomalyPage | Response:
    """List what was found in the file, or give it as a file."""
    state = get_import(service.database, import_id, caller)
    if as_ is not None:
        return download(service, state, as_, lang)
    after = int(read_cursor(cursor, int)[0]) if cursor else -1
    found = list_anomalies(service.database, state, after=after, limit=limit + 1)
    page = found[:limit]
    policy = policy_of(state.report)
    return {
        "anomalyCount": state.anomaly_count,
        "anomalyCounts": _counts(state),
        "items": [finding_view(anomaly, lang, policy) for anomaly in page],
        "nextCursor": write_cursor(page[-1].ordinal) if len(found) > limit else None,
    }


def _before(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    moment, import_id = read_cursor(cursor, str, str)
    try:
        return datetime.fromisoformat(str(moment)).astimezone(UTC), str(import_id)
    except (ValueError, OverflowError):
        raise cursor_refused() from None


def _counts(state: ImportState) -> dict[str, int]:
    counts: dict[str, int] = state.report.get("anomalyCounts", {})
    return counts

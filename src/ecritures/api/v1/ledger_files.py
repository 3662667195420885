"""The ledger of a dossier given back as a file, on the product's own API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Annotated, Any, BinaryIO, Final, Literal
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.responses import StreamingResponse

from ecritures.api.http.app_state import AppState, AuthenticatedRoute, CurrentState, ReadingCaller
from ecritures.api.http.problems import problem_responses
from ecritures.app.exporting import make_export
from ecritures.app.queries import find_dossier
from ecritures.app.views.exports import ExportView, export_view
from ecritures.config.folders import make_folder
from ecritures.core.sentences import Language
from ecritures.directory.dossiers import Dossier
from ecritures.exports.choices import FEC, Drafts, Layout, Numbering, Separator
from ecritures.exports.exporter import Exported
from ecritures.exports.wanted import Wanted, find_period

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

CHUNK_BYTES = 1 << 16
ZIP_TYPE = "application/zip"
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
AnswerName = Literal["file", "zip", "json"]
DossierCode = Annotated[str, Path(description="Code du dossier.")]


def bare_type(media_type: str) -> str:
    """Return a media type without its parameters."""
    return media_type.partition(";")[0]


def _files(*media_types: str) -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        "description": "Le fichier, une archive avec sa description, ou ce qu'on en dit.",
        "content": dict.fromkeys(media_types, binary),
    }


@dataclass(frozen=True)
class PeriodOptions:
    """Which entries, and how the answer is given."""

    year: Annotated[
        str | None,
        Query(
            description="L'exercice, ou l'année civile si le dossier n'a pas d'exercice.",
            examples=["2024"],
        ),
    ] = None
    start: Annotated[date | None, Query(alias="from", description="Premier jour.")] = None
    end: Annotated[date | None, Query(alias="to", description="Dernier jour.")] = None
    drafts: Annotated[
        Drafts | None,
        Query(
            description="Les écritures sans date de validation : hors d'un FEC par défaut, dans"
            " les autres fichiers ; incluses, le FEC est provisoire."
        ),
    ] = None
    answer: Annotated[
        AnswerName,
        Query(
            description="`file` : le fichier ; `zip` : le fichier et sa description ; `json` : ce"
            " que la ligne de commande en dit, sans le fichier."
        ),
    ] = "file"
    lang: Annotated[Language, Query(description="Langue de la description.")] = "fr"


@dataclass(frozen=True)
class FecOptions:
    """How a FEC is written."""

    layout: Annotated[Layout, Query(description="Les colonnes.")] = Layout.BIC
    encoding: Annotated[
        str | None,
        Query(
            description="`utf-8`, `iso-8859-15` ou `ascii` pour un FEC ; celui du format sinon.",
            examples=["iso-8859-15"],
        ),
    ] = None
    separator: Annotated[Separator, Query(description="Le séparateur.")] = Separator.TAB
    numbering: Annotated[
        Numbering,
        Query(description="Numéros d'origine, ou continus (l'origine en dernière colonne)."),
    ] = Numbering.KEPT
    extra_columns: Annotated[
        bool,
        Query(
            alias="extra-columns",
            description="Rendre à la fin les colonnes hors norme des fichiers importés.",
        ),
    ] = False


WithAttachments = Annotated[
    bool,
    Query(description="Avec `as=tra` : une archive du fichier et de ses pièces jointes."),
]
PeriodQuery = Annotated[PeriodOptions, Depends()]
FecQuery = Annotated[FecOptions, Depends()]


@router.get(
    "/{code}/fec",
    operation_id="exportFec",
    summary="Rendre le FEC",
    description="Le fichier des écritures d'un exercice ou d'une période, nommé comme la loi le"
    " demande ; une révision du grand livre, de la première à la dernière ligne. Les en-têtes"
    " `Ecritures-…` disent ce qui n'y est pas.",
    response_model=ExportView,
    responses={
        200: _files("text/plain", ZIP_TYPE),
        **problem_responses(401, 403, 404, 409, 422, 429),
    },
)
def export_fec(
    state: CurrentState, caller: ReadingCaller, code: DossierCode, period: PeriodQuery,
    options: FecQuery,
) -> Response | ExportView:  # fmt: skip
    """Give the FEC of a dossier back."""
    dossier = find_dossier(state.database, caller, code)
    return export_answer(state, dossier, FEC, period, options)


@router.get(
    "/{code}/export",
    operation_id="exportLedger",
    summary="Rendre le grand livre",
    description="Les écritures en FEC, CSV, XLSX, Parquet, ou dans le format d'un modèle d'import"
    " (`quadra`, `sage-pnm`, `cegid-csv`…) ; ce que le format ne dit pas est compté.",
    response_model=ExportView,
    responses={
        200: _files(
            "text/plain", ZIP_TYPE, *(one.partition(";")[0] for one in MEDIA_TYPES.values())
        ),
        **problem_responses(401, 403, 404, 409, 422, 429),
    },
)
def export_ledger(  # noqa: PLR0917 - the parts of a request
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    period: PeriodQuery,
    options: FecQuery,
    as_: Annotated[
        str,
        Query(
            alias="as",
            max_length=100,
            description="`fec`, `tra`, `csv`, `xlsx`, `parquet`, ou un modèle d'import.",
            examples=["csv"],
        ),
    ] = "csv",
    attachments: WithAttachments = False,
) -> Response | ExportView:
    """Give the ledger of a dossier back in a form or by a model."""
    dossier = find_dossier(state.database, caller, code)
    return export_answer(state, dossier, as_, period, options, attachments=attachments)


def export_answer(
    state: AppState,
    dossier: Dossier,
    form: str,
    period: PeriodOptions,
    options: FecOptions,
    *,
    attachments: bool = False,
) -> Response | ExportView:
    """Make the files, then send what is asked; they are removed at once, and sent all the same."""
    wanted = Wanted(
        find_period(dossier, period.year, period.start, period.end),
        form,
        options.layout,
        options.encoding,
        options.separator,
        options.numbering,
        period.drafts,
        options.extra_columns,
        attachments,
    )
    scratch = state.settings.scratch_dir
    make_folder(scratch)
    with TemporaryDirectory(dir=scratch, prefix="export-") as name:
        place = state.database, dossier, wanted, FilePath(name)
        exported = make_export(*place, language=period.lang, storage=state.deps.storage)
        view = export_view(exported)
        view["file"], view["description"] = exported.path.name, exported.description_path.name
        if period.answer == "json":
            return view
        if period.answer == "zip":
            file, sent = _archive(exported), exported.path.stem + ".zip"
            media_type = ZIP_TYPE
        else:
            file, sent = exported.path.open("rb"), exported.path.name
            media_type = MEDIA_TYPES.get(form, f"text/plain; charset={view['encoding']}")
            media_type = ZIP_TYPE if attachments else media_type
    return StreamingResponse(
        _chunks(file), media_type=media_type, headers=_headers(view, exported, sent)
    )


def _archive(exported: Exported) -> BinaryIO:
    file = TemporaryFile()  # noqa: SIM115 - closed once it is sent
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path in (exported.path, exported.description_path):
            archive.write(path, path.name)
    file.seek(0)
    return file


def _headers(view: ExportView, exported: Exported, sent: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in sent)
    name = f"filename=\"{plain}\"; filename*=UTF-8''{quote(sent, safe='')}"
    return {
        "content-disposition": f"attachment; {name}",
        "ecritures-entries": str(view["entries"]),
        "ecritures-left-out": str(view["leftOut"]),
        "ecritures-complete": str(exported.complete).lower(),
        "ecritures-provisional": str(view["provisional"]).lower(),
        "ecritures-ledger-revision": str(view["ledgerRevision"]),
        "ecritures-head": view["head"] or "",
        "ecritures-sha256": view["sha256"],
    }


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk

"""The request for an import: JSON with the address of a file, or a form that contains the file."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Self, get_origin

from fastapi import Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ecritures.api.http.app_state import CurrentState
from ecritures.api.http.failures import refusal
from ecritures.api.http.multipart import FILE_FIELD, MEDIA_TYPE, receive_form
from ecritures.api.v1.policies import DuplicateChoices, PolicyFields
from ecritures.config.folders import make_folder
from ecritures.core.choices import asked_policies
from ecritures.core.policies import DIFFERENCE_CENTS, AmountUnit, Duplicates
from ecritures.core.regime import Regime
from ecritures.formats.registry import (
    OWN_KINDS,
    format_by_name_or_head,
    format_names,
    media_types,
)
from ecritures.imports.request import ImportRequest
from ecritures.sources.file_name import name_in_address
from ecritures.sources.files import sha256_of
from ecritures.sources.unpack import name_and_head

Text = Annotated[StrictStr, Field(min_length=1, max_length=8192, pattern=r"^[^\x00-\x1f\x7f]+$")]
JSON = "application/json"
TEXT_FLAGS = {"true": True, "false": False}

FORMAT_NAMES = (*format_names("fec", described=False), *OWN_KINDS)


def _known_format(name: str) -> str:
    if name not in FORMAT_NAMES:
        message = f"one of {', '.join(FORMAT_NAMES)}"
        raise ValueError(message)
    return name


FormatName = Annotated[
    StrictStr, AfterValidator(_known_format), Field(json_schema_extra={"enum": [*FORMAT_NAMES]})
]


class Replaced(BaseModel):
    """The part of the ledger that a file replaces: entries that did not change stay."""

    model_config = ConfigDict(extra="forbid")

    fiscalYear: Text | None = Field(  # noqa: N815 - the name in the JSON
        None,
        description="Un exercice : son premier jour, ou l'année où il finit.",
        examples=["2025"],
    )
    from_: date | None = Field(None, alias="from", description="Premier jour.")
    to: date | None = Field(None, description="Dernier jour.")
    journals: list[Text] | None = Field(
        None, min_length=1, max_length=1000, description="Ces journaux seulement."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("scope_empty", "Give fiscalYear, from and to, or journals.")
        if self.fiscalYear and (self.from_ or self.to):
            raise PydanticCustomError("scope_twice", "Give fiscalYear, or from and to, not both.")
        return self


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file sent with a request; it is deleted once the request is answered."""

    path: Path
    name: str

    def fingerprint(self) -> tuple[str, str]:
        """Return what distinguishes this file from any other."""
        return self.name, sha256_of(self.path)


class NewImport(PolicyFields):
    """The body of a request for an import."""

    dossier: Text = Field(description="Code du dossier.", examples=["CEGID003"])
    url: Text | None = Field(
        None,
        description="Adresse authentifiée du fichier.",
        examples=["https://stockage.example/079555421FEC20241231.txt?sig=abc"],
    )
    uri: Text | None = Field(
        None, description="Chemin dans le stockage du service, à la place de l'adresse."
    )
    format: FormatName | None = Field(
        None,
        description="Format du fichier ; à défaut, reconnu à son nom ou à ses premiers octets.",
    )
    model: Text | None = Field(
        None,
        description="Modèle d'import, pour un fichier qui n'est pas un FEC.",
        examples=["quadra"],
    )
    siret: Text | None = Field(
        None, description="Établissement ; à défaut, le principal.", examples=["07955542100027"]
    )
    dryRun: StrictBool = Field(  # noqa: N815 - the name in the JSON
        default=False, description="Tout vérifier, ne rien écrire."
    )
    regime: Regime | None = Field(
        None, description="Régime auquel le fichier est tenu ; à défaut, il est reconnu."
    )
    amounts: AmountUnit | None = Field(
        None,
        description="Autre nom de `unit`.",
    )
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

    duplicates: Duplicates | DuplicateChoices | None = Field(
        None,
        description="Ce qui est déjà au grand livre : refusé, ignoré ou enregistré à nouveau."
        " Un mot pour les trois verdicts, ou un objet ; à défaut, ce que le dossier ou le domaine"
        " a choisi, sinon `refuse`, `refuse` et `allow`.",
    )

    replace: Replaced | None = Field(
        None,
        description="Remplacer une partie du grand livre par le fichier (`mode` : `replace`) : un"
        " exercice, une période, des journaux.",
    )
    ifPlan: Text | None = Field(  # noqa: N815 - the name in the JSON
        None,
        description="`planDigest` d'un aperçu : refusé si l'import ferait autre chose.",
    )

    @model_validator(mode="after")
    def _model_or_format(self) -> Self:
        if self.model and self.format not in {None, "fec"}:
            raise PydanticCustomError("model_and_format", "Give a model or a format, not both.")
        if (self.unit or self.amounts) and not self.model:
            raise PydanticCustomError("unit_without_model", "unit goes with a model.")
        named = self.duplicates if isinstance(self.duplicates, DuplicateChoices) else None
        if named and (
            (named.entries and self.duplicateEntries) or (named.lookalikes and self.lookalikes)
        ):
            raise PydanticCustomError(
                "verdict_twice", "duplicates and another field give the same verdict: keep one."
            )
        return self

    def request(self, file: SentFile | None = None) -> ImportRequest:
        """Return the same as the product's own value; `file`: the one sent with it, if any."""
        fields = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        fields["unit"] = fields.get("unit") or fields.pop("amounts", None)
        names = ("regime", "block", "unblock", "replace", "ifPlan")
        given = {name: fields[name] for name in names if fields.get(name)} | asked_policies(fields)
        format_ = self.format or self._format_of(file)
        if format_ != "fec" and not self.model:
            given["format"] = format_
        return ImportRequest(
            kind="perso" if self.model else format_ if format_ in OWN_KINDS else "fec",
            model=self.model,
            dossier=self.dossier,
            url=self.url,
            uri=self.uri,
            name=file.name if file else None,
            siret=self.siret,
            dry_run=self.dryRun,
            options=given,
        )

    def _format_of(self, file: SentFile | None) -> str:
        """Detect the format from the file name or the first bytes."""
        if file is not None:
            return format_by_name_or_head(*name_and_head(file.path, file.name, OWN_KINDS))
        return format_by_name_or_head(name_in_address(self.url or self.uri or "") or "", b"")


async def _body(
    request: Request, state: CurrentState
) -> AsyncIterator[tuple[NewImport, SentFile | None]]:
    media_type = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if media_type == JSON:
        yield _checked(_parsed(await request.body())), None
    elif media_type == MEDIA_TYPE:
        make_folder(state.settings.scratch_dir)
        with TemporaryDirectory(dir=state.settings.scratch_dir, prefix="upload-") as folder:
            path = Path(folder) / "source"
            form = await receive_form(request, path)
            sent = SentFile(path, form.file_name) if form.file_name else None
            yield _checked(_typed(form.fields)), sent
    else:
        raise refusal(
            415,
            "media-type-refused",
            f"Ce type de contenu n'est pas accepté : envoyer {JSON} ou {MEDIA_TYPE}.",
            f"This media type is not accepted: send {JSON} or {MEDIA_TYPE}.",
        )


ImportBody = Annotated[tuple[NewImport, SentFile | None], Depends(_body)]


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        found = {"type": "json_invalid", "loc": ("body", error.pos), "msg": error.msg}
        raise RequestValidationError([found]) from None
    except (ValueError, RecursionError):  # not UTF-8, a number too long, too deep
        raise HTTPException(400) from None


def _checked(content: Any) -> NewImport:  # noqa: ANN401 - any JSON value
    try:
        return NewImport.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError(
            [one | {"loc": ("body", *one["loc"])} for one in found]
        ) from None


def _typed(fields: dict[str, str]) -> dict[str, Any]:
    """Give the fields of a form, which are all texts, the types they have in JSON."""
    return {name: _value(name, text) for name, text in fields.items() if text}


def _value(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
    found = NewImport.model_fields.get(name)
    annotation = found.annotation if found else None
    if (name == "duplicates" and text.startswith("{")) or (
        name == DIFFERENCE_CENTS and text.isascii() and text.isdigit()
    ):
        return _parsed(text.encode())
    if annotation is bool:
        return TEXT_FLAGS.get(text.lower(), text)
    if get_origin(annotation) is list:
        return [part.strip() for part in text.split(",")]
    if name == "replace":
        return _parsed(text.encode())
    return text


def _form_schema(schema: dict[str, Any]) -> dict[str, Any]:
    file = {"type": "string", "format": "binary", "description": "Le fichier lui-même."}
    properties = {name: one for name, one in schema["properties"].items() if name != "url"}
    for name, one in properties.items():
        if one.get("type") == "array":
            properties[name] = {
                "type": "string", "description": f"{one['description']} Séparées par des virgules."
            }  # fmt: skip
    return schema | {
        "title": "NewImportForm",
        "properties": {FILE_FIELD: file} | properties,
        "required": ["file", "dossier"],
    }


BODY_SCHEMA = NewImport.model_json_schema(ref_template="#/components/schemas/{model}")
BODY_SCHEMAS = BODY_SCHEMA.pop("$defs", {}) | {
    "NewImport": BODY_SCHEMA,
    "NewImportForm": _form_schema(BODY_SCHEMA),
}
"""What the description of the body refers to, by name: generators of clients name types so."""

REQUEST_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/NewImport"}},
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/NewImportForm"},
                "encoding": {FILE_FIELD: {"contentType": ", ".join(media_types())}},
            },
        },
    }
}
"""The description of the body in OpenAPI, by hand: FastAPI does not read this body."""

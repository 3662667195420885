"""Reads a model: from YAML or JSON to a checked document, with the place of every error."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from pydantic import ValidationError

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.document import ImportModel

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT_BYTES_MAX = 1 << 20
ERRORS_SHOWN_MAX = 10
PATH_PARTS_MAX = 20
_DEPTH_MAX = 40


class ModelRefusedError(RefusedRequestError):
    """The document is not a valid model.

    Attributes:
        errors: Path and reason of each error.
    """

    def __init__(
        self, code: str, fr: str, en: str, errors: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(code, fr, en)
        self.errors = errors or []


class _Loader(yaml.CSafeLoader):  # type: ignore[misc] # PyYAML has no types
    """YAML where dates, `no` and `on` are texts; aliases are refused before it runs."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, test) for tag, test in found if not tag.endswith((":timestamp", ":merge", ":bool"))
    ]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def parse_document(text: str | bytes) -> Any:  # noqa: ANN401 - any document
    """Parse YAML or JSON, within limits.

    Raises:
        ModelRefusedError: It is too large, or neither.
    """
    data = text.encode() if isinstance(text, str) else text
    if len(data) > DOCUMENT_BYTES_MAX:
        _refuse(
            "model-too-large",
            f"Le modèle dépasse {DOCUMENT_BYTES_MAX} octets : sortez ses tables et ses exemples.",
            f"The model is over {DOCUMENT_BYTES_MAX} bytes: move its tables and samples out.",
        )
    try:
        decoded = data.decode("utf-8-sig")
        if decoded.lstrip().startswith("{"):
            document = json.loads(decoded)
            _check_depth(_depth(document))
            return document
        _check_shape(decoded)
        return yaml.load(decoded, _Loader)  # noqa: S506 - a safe loader, made stricter
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else getattr(error, "lineno", 1)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        _refuse(
            "model-unreadable",
            f"Le modèle n'est ni du YAML ni du JSON qui se lise (ligne {line} : {problem}).",
            f"The model is neither readable YAML nor JSON (line {line}: {problem}).",
        )


def load_model(document: Any) -> ImportModel:  # noqa: ANN401 - any document
    """Check a parsed document.

    Raises:
        ModelRefusedError: It is not valid; the error has places and reasons.
    """
    try:
        return ImportModel.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False)
    errors = [_shown(one) for one in found[:ERRORS_SHOWN_MAX]]
    more = " ; …" if len(found) > ERRORS_SHOWN_MAX else ""
    raise ModelRefusedError(
        "model-invalid",
        "Modèle refusé : " + " ; ".join(f"{e['path']} : {e['fr']}" for e in errors) + more,
        "Model refused: " + "; ".join(f"{e['path']}: {e['en']}" for e in errors) + more,
        errors,
    )


def read_model(path: Path) -> ImportModel:
    """Read a model from a file, with the tables beside it.

    Raises:
        ModelRefusedError: It is not valid.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        document = parse_document(file.read(DOCUMENT_BYTES_MAX + 1))
    _inline_tables(document, path.parent)
    return load_model(document)


def document_of(model: ImportModel) -> dict[str, Any]:
    """Return the model as a JSON document, without defaults."""
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


def yaml_text(document: dict[str, Any]) -> str:
    """Write a document as YAML, in its own order."""
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return text


def _inline_tables(document: Any, folder: Path) -> None:  # noqa: ANN401 - any document
    """Put the files of tables into the document, so that it is saved self-contained."""
    if isinstance(document, dict):
        table = document.get("map")
        if isinstance(table, dict) and isinstance(table.get("file"), str):
            path = folder / table.pop("file")
            if path.resolve().parent != folder.resolve() or not path.is_file():
                _refuse(
                    "model-table-missing",
                    f"La table {path.name} n'est pas à côté du modèle.",
                    f"Table {path.name} is not beside the model.",
                )
            if path.stat().st_size > DOCUMENT_BYTES_MAX:
                _refuse(
                    "model-table-too-large",
                    f"La table {path.name} dépasse {DOCUMENT_BYTES_MAX} octets.",
                    f"Table {path.name} is over {DOCUMENT_BYTES_MAX} bytes.",
                )
            rows = csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";")
            table["table"] = {row[0]: row[1] for row in rows if len(row) > 1}
    children = document.values() if isinstance(document, dict) else document
    for child in children if isinstance(document, dict | list) else ():
        _inline_tables(child, folder)


def _check_shape(text: str) -> None:
    """Refuse aliases, which can multiply, and nesting, before anything is built."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            _refuse_shape(f"alias *{event.anchor}")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        _check_depth(depth)


def _depth(document: Any) -> int:  # noqa: ANN401 - any document
    """Return how deeply objects and lists are nested."""
    if not isinstance(document, dict | list):
        return 0
    children = document.values() if isinstance(document, dict) else document
    return 1 + max(map(_depth, children), default=0)


def _check_depth(depth: int) -> None:
    if depth > _DEPTH_MAX:
        _refuse_shape(f"depth > {_DEPTH_MAX}")


def _refuse_shape(reason: str) -> NoReturn:
    raise yaml.YAMLError(reason)


_TOLD = {
    "missing": ("manque", "is missing"),
    "extra_forbidden": ("n'est pas connu", "is not known"),
    "model_type": ("doit être un objet", "must be an object"),
    "string_type": ("doit être un texte (mettez-le entre guillemets)", "must be a text (quote it)"),
    "int_type": ("doit être un nombre entier", "must be an integer"),
    "bool_type": ("doit être true ou false", "must be true or false"),
    "list_type": ("doit être une liste", "must be a list"),
    "dict_type": ("doit être un objet", "must be an object"),
    "string_too_long": ("est trop long", "is too long"),
    "string_too_short": ("est trop court", "is too short"),
    "string_pattern_mismatch": (
        "a des caractères qui n'y sont pas permis",
        "has characters that are not allowed there",
    ),
    "too_long": ("a trop d'éléments", "has too many items"),
    "too_short": ("n'a pas assez d'éléments", "has too few items"),
    "greater_than_equal": ("est trop petit", "is too small"),
    "less_than_equal": ("est trop grand", "is too large"),
}
_TAGS = {
    "name",
    "all",
    "any",
    "not",
    "column",
    "constant",
    "first",
    "join",
    "when",
    "of",
    "extract",
}


def _shown(error: Any) -> dict[str, str]:  # noqa: ANN401 - Pydantic's own dictionary
    place = [str(part) for part in error["loc"]]
    # A union puts its tag before the key of the same name; the document has it once.
    shown = [
        part
        for index, part in enumerate(place)
        if not (part in _TAGS and index and place[index - 1] in ("from", "keep", "of", "then"))
    ]
    path = ".".join(shown[:PATH_PARTS_MAX]) or "(document)"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "model":
        return {"path": path, "fr": context["fr"], "en": context["en"]}
    if kind == "literal_error":
        wanted = context.get("expected", "")
        return {"path": path, "fr": f"doit être {wanted}", "en": f"must be {wanted}"}
    fr, en = _TOLD.get(kind, (error["msg"], error["msg"]))
    return {"path": path, "fr": fr, "en": en}


def _refuse(code: str, fr: str, en: str) -> NoReturn:
    raise ModelRefusedError(code, fr, en) from None

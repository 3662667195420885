"""Previews a small file read by a model, and runs the samples of a model."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.core.lines import LINE_SCHEMA, ROW
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.layouts.loading import ModelRefusedError
from ecritures.formats.text.encoding import Encoding, judge_encoding
from ecritures.formats.text.reader import NotUtf8Error, UnreadableTextError, raw_blocks

if TYPE_CHECKING:
    from ecritures.formats.layouts.document import ImportModel, Sample

LINES_SHOWN_MAX = 1000


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of reading a file by a model.

    Attributes:
        lines: The first canonical lines.
        texts: The texts they were made of, field by field, before parsing.
        names: Field → the columns of the file it comes from.
        anomalies: What reading found; the checks of entries are not run here.
    """

    lines: pl.DataFrame
    texts: pl.DataFrame
    names: dict[str, str]
    anomalies: Anomalies


def try_model(model: ImportModel, path: Path, lines_max: int = LINES_SHOWN_MAX) -> Tried:
    """Read a file by a model; keep the first lines.

    Raises:
        RefusedRequestError: It cannot be cut into lines.
        OSError: It cannot be read.
    """
    how = ReadOptions()
    try:
        return _read(model, path, Encoding(), how, lines_max)
    except NotUtf8Error:
        raw = raw_blocks(path, how.block_bytes, how.line_bytes_max)
        return _read(model, path, judge_encoding(raw, Anomalies(0)), how, lines_max)
    except UnreadableTextError as error:
        said = error.sentence
        raise RefusedRequestError(said.code, said.fr, said.en) from error


def _read(
    model: ImportModel, path: Path, encoding: Encoding, how: ReadOptions, lines_max: int
) -> Tried:
    anomalies = Anomalies()
    lines = pl.DataFrame(schema=LINE_SCHEMA)
    texts = pl.DataFrame(schema={"line": pl.UInt32})
    names: dict[str, str] = {}
    for block in open_model_reader(path, model, encoding, how, anomalies).blocks():
        names = {field: name.replace(ROW, "") for field, name in block.names.items()}
        room = lines_max - lines.height
        lines = pl.concat([lines, block.lines.head(room)])
        texts = pl.concat([texts, block.text.head(room)], how="diagonal")
    return Tried(lines, texts, names, anomalies)


def bytes_of(model: ImportModel, text: str) -> bytes:
    """Write a text in the encoding of the files that a model reads."""
    encoding = model.input.encoding
    return text.encode("utf-8" if encoding == "auto" else encoding, errors="replace")


def check_samples(model: ImportModel) -> None:
    """Run the samples of a model.

    Raises:
        ModelRefusedError: One does not give what it should.
    """
    errors = [error for sample in model.samples for error in _check(model, sample)]
    if errors:
        in_french = " ; ".join(f"{one['path']} : {one['fr']}" for one in errors[:5])
        in_english = "; ".join(f"{one['path']}: {one['en']}" for one in errors[:5])
        raise ModelRefusedError(
            "model-sample-failed",
            f"Les exemples du modèle ne donnent pas ce qu'ils annoncent : {in_french}.",
            f"The model's samples do not give the expected results: {in_english}.",
            errors,
        )


def _check(model: ImportModel, sample: Sample) -> list[dict[str, str]]:
    with TemporaryDirectory(prefix="ecritures-") as folder:
        path = Path(folder) / "sample"
        path.write_bytes(
            base64.b64decode(sample.base64) if sample.base64 else bytes_of(model, sample.text or "")
        )
        tried = try_model(model, path)
    place = f"samples.{sample.name}"
    errors = []
    expected = sample.expected
    if expected.lines and len(expected.lines) != tried.lines.height:
        errors.append(_differs(f"{place}.lines", len(expected.lines), tried.lines.height))
    for index, (wanted, made) in enumerate(
        zip(expected.lines, tried.lines.iter_rows(named=True), strict=False)
    ):
        for name, value in wanted.items():
            found = shown(made[name]) if name in made else None
            if name not in made or found != value:
                errors.append(_differs(f"{place}.lines.{index}.{name}", value, found))
    counts = dict(tried.anomalies.counts)
    if expected.anomalies is not None and expected.anomalies != counts:
        errors.append(_differs(f"{place}.anomalies", expected.anomalies, counts))
    return errors


def shown(value: Any) -> Any:  # noqa: ANN401 - any value of a canonical line
    """Return a value as a document writes it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _differs(path: str, wanted: object, found: object) -> dict[str, str]:
    return {
        "path": path,
        "fr": f"{wanted!r} attendu, {found!r} trouvé",
        "en": f"expected {wanted!r}, found {found!r}",
    }

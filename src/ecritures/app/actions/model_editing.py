"""A model that is being written, and what it makes of a sample."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ecritures.core.anomalies import Anomaly
from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import Guess, guess_model
from ecritures.formats.layouts.loading import ModelRefusedError, load_model
from ecritures.formats.layouts.preview import bytes_of, shown, try_model
from ecritures.formats.layouts.sample import SampleTable, read_sample
from ecritures.reading.check import CheckOptions, check_file
from ecritures.rules.catalogue import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.sentences import Language, Sentence
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.imports.dependencies import Dependencies

LINES_SHOWN, FINDINGS_SHOWN = 40, 12


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading the sample has found, by rule: its first place, and how often."""

    code: str
    count: int
    message: str
    line: int | None
    column: str | None
    value: str | None
    blocks: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a model makes of a sample.

    Attributes:
        lines: The first canonical lines.
        texts: The texts that these were made of.
        line_count: How many lines were read.
        unreadable: How many of them have no readable amount.
        entries: How many entries they make; `unbalanced` of them do not balance.
        debit_cents: Their debit, like `credit_cents` their credit; None where none can be read.
        importable: Whether nothing blocks.
        findings: The anomalies, those that block first.
    """

    lines: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    line_count: int
    unreadable: int
    entries: int
    unbalanced: int
    debit_cents: int | None
    credit_cents: int | None
    importable: bool
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Studied:
    """A sample, and what a document makes of it.

    Attributes:
        table: The first rows; None without a sample.
        effect: None: there is no sample, or the document is no model.
        refused: Why the document is no model, or why the sample cannot be read.
        errors: Path and reason of each error of the document.
    """

    table: SampleTable | None = None
    effect: Effect | None = None
    refused: Sentence | None = None
    errors: list[dict[str, str]] = field(default_factory=list)


def study_draft(
    deps: Dependencies,
    path: Path | None,
    document: Any,  # noqa: ANN401 - any document
    language: Language,
) -> Studied:
    """Return what a document makes of a sample; nothing is stored.

    Args:
        deps: How files are read.
        path: The sample; None: the first one of the document itself.
        document: The model, which need not be valid.
        language: That of messages.

    Raises:
        ReaderDiedError: Reading takes too much memory or time.
    """
    return deps.preview(read_draft, path, document, language)


def guess_draft(deps: Dependencies, path: Path, name: str) -> Guess:
    """Propose a model for a sample.

    Raises:
        RefusedRequestError: Nothing can be proposed; it says what is missing.
        ReaderDiedError: Reading takes too much memory or time.
    """
    guessed = deps.preview(guess_model, path)
    return Guess(guessed.document | {"name": name}, guessed.confidence, guessed.doubts)


def read_draft(path: Path | None, document: Any, language: Language) -> Studied:  # noqa: ANN401
    """Read a sample by a document: for a child process."""
    try:
        model = load_model(document)
    except ModelRefusedError as error:
        table = read_sample(path, document) if path else None
        return Studied(table, None, error.sentence, error.errors)
    with _sample(path, model) as found:
        if found is None:
            return Studied()
        table = read_sample(found, document)
        try:
            return Studied(table, _effect(model, found, language))
        except RefusedRequestError as error:
            return Studied(table, None, error.sentence)


@contextmanager
def _sample(path: Path | None, model: ImportModel) -> Iterator[Path | None]:
    """Give the sample, or the first one that the model has."""
    if path is not None or not model.samples:
        yield path
        return
    own = model.samples[0]
    with TemporaryDirectory(prefix="ecritures-") as folder:
        target = Path(folder) / "sample"
        data = base64.b64decode(own.base64) if own.base64 else bytes_of(model, own.text or "")
        target.write_bytes(data)
        yield target


def _effect(model: ImportModel, path: Path, language: Language) -> Effect:
    tried = try_model(model, path, LINES_SHOWN)
    report = check_file(path, CheckOptions(model=model))
    first: dict[str, dict[str, Any]] = {}
    for row in report.anomalies.frame().iter_rows(named=True):
        first.setdefault(row["code"], row)
    findings = [
        Finding(
            code,
            report.anomalies.counts[code],
            describe(Anomaly(**row), language)[0],
            row["line"],
            row["column"],
            row["value"],
            report.policy.blocks(code),
        )
        for code, row in first.items()
    ]
    findings.sort(key=lambda one: (not one.blocks, one.line or 0))
    return Effect(
        [
            {name: shown(value) for name, value in row.items()}
            for row in tried.lines.iter_rows(named=True)
        ],
        list(tried.texts.iter_rows(named=True)),
        report.lines,
        report.unreadable_lines,
        report.entries,
        report.checked.entries.unbalanced.height if report.checked else 0,
        report.debit_cents if report.has_amounts else None,
        report.credit_cents if report.has_amounts else None,
        report.importable,
        findings[:FINDINGS_SHOWN],
    )

"""The one door from the rule tables to the product: a file in, what was found of it out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from ecritures.config.settings import Settings
from ecritures.core.errors import RefusedRequestError
from ecritures.core.regime import Regime
from ecritures.formats.fec.fixed_description import FixedField
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file
from ecritures.rules.catalogue import RULES, describe, noteworthy
from ecritures.rules.policy import Policy

__all__ = [
    "CATALOGUE",
    "Anomaly",
    "File",
    "Policy",
    "Reading",
    "RefusedRequestError",
    "describe",
    "noteworthy",
    "read",
    "sentence",
]

CATALOGUE = frozenset(RULES)
"""Every code that the product can raise."""

BLOCKING = {(False, False): "no", (True, False): "liftable", (True, True): "always"}
SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class File:
    """A file to read, and what is reported about it.

    Attributes:
        content: Its bytes, or a function that makes them when they are many.
        name: The name to judge; None: none is judged.
        told: Options of the reading; `model` may be a document or the name of a built-in model,
            `description` triples of name, start and length.
        limits: Settings.
    """

    content: object
    name: str | None = None
    told: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One anomaly, with what the catalogue says of its code."""

    code: str
    severity: str
    blocking: str
    line: int | None
    column: str | None
    value: str | None
    expected: str | None


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What a sentence is made of."""

    code: str
    column: str | None
    value: str | None
    expected: str | None
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file has found."""

    found: list[Found]
    counts: dict[str, int]
    importable: bool
    conforming: bool
    official: str | None
    entries: int = 0

    def of(self, code):
        """The anomalies of one code."""
        return [one for one in self.found if one.code == code]


def read(file: File) -> Reading:
    """Read and judge a file."""
    told = dict(file.told)
    if told.get("regime"):
        told["regime"] = Regime(told["regime"])
    if "description" in told:
        told["description"] = tuple(FixedField(*place) for place in told["description"])
    if "model" in told:
        model = told["model"]
        told["model"] = builtin_model(model) if isinstance(model, str) else load_model(model)
    content = file.content() if callable(file.content) else file.content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (file.name or "file")
        path.write_bytes(content)
        options = CheckOptions(file_name=file.name, **told)
        report = check_file(path, options, settings=SETTINGS.model_copy(update=file.limits))
    return Reading(
        [_found(row) for row in report.anomalies.frame().iter_rows(named=True)],
        dict(report.anomalies.counts),
        report.importable,
        report.conforming,
        report.official.verdict if report.official else None,
        report.entries,
    )


def sentence(found: Found) -> str:
    """What is said of an anomaly, in French."""
    return describe(Anomaly(found.code, found.column, found.value, found.expected))[0]


def _found(row):
    rule = RULES[row["code"]]
    blocking = BLOCKING.get((rule.blocks, rule.structural))
    return Found(
        *(row["code"], rule.severity.value, blocking),
        *(row["line"], row["column"], row["value"], row["expected"]),
    )

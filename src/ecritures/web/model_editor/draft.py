"""The model that the editor works on: from the form of the page, and back to it."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.error_places import line_of
from ecritures.formats.layouts.loading import ModelRefusedError, parse_document, yaml_text
from ecritures.web.model_editor.columns import assign, columns_of, is_editable
from ecritures.web.model_editor.lines import lines_of, set_lines
from ecritures.web.model_editor.settings import (
    conditions_of,
    fields_elsewhere,
    place_name,
    set_conditions,
    set_settings,
    settings_of,
)
from ecritures.web.model_editor.zones import set_zones, zones_in, zones_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.app.actions.model_editing import Studied
    from ecritures.core.sentences import Sentence
    from ecritures.formats.layouts.guess import Guess
    from ecritures.formats.layouts.sample import SampleTable

SURE_FROM = 0.9
SAMPLE_BYTES_MAX = 500_000
DOCUMENTS = (".yaml", ".yml", ".json")
"""How the names of files end that hold the document of a model."""


@dataclass(slots=True)
class Draft:
    """A model that is being written.

    Attributes:
        document: What the text says; None where it cannot be read.
        text: The document as YAML, or what was typed where it cannot be read.
        sample: The number of the upload that holds the sample; empty: that of the document.
        sample_name: What it is called.
        version: The version that it comes from.
        sure: Field → the place of its column and how sure the guess was, in percent.
        refused: Why what was asked for was not done.
        errors: Path and reason of each error.
        notes: What the guess says besides, in both languages.
    """

    document: Any
    text: str
    sample: str = ""
    sample_name: str = ""
    version: str = ""
    sure: dict[str, tuple[int, int]] = field(default_factory=dict)
    refused: Sentence | None = None
    errors: list[dict[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, document: dict[str, Any], **more: Any) -> Draft:  # noqa: ANN401 - its own
        """Return a draft of a document."""
        return cls(copy.deepcopy(document), yaml_text(document), **more)

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> Draft:
        """Return the draft that a form holds, before its controls are applied."""
        draft = cls(
            None,
            form.get("document", "").replace("\r\n", "\n"),
            form.get("sample", ""),
            form.get("sample-name", ""),
            form.get("version", ""),
            _sure_in(form.get("sure", "")),
        )
        draft.read()
        return draft

    def read(self) -> None:
        """Read the document from its text."""
        try:
            found = parse_document(self.text)
            self.document = {} if found is None else found
        except ModelRefusedError as error:
            self.document, self.refused = None, error.sentence

    @property
    def is_editable(self) -> bool:
        """Whether controls can change it."""
        return is_editable(self.document)

    @property
    def digest(self) -> str:
        """Tells whether the text was changed by hand since the page was shown."""
        return hashlib.sha256(self.text.strip().encode(errors="replace")).hexdigest()[:16]

    @property
    def sure_text(self) -> str:
        """The confidences, as the form carries them."""
        return " ".join(f"{name}:{at}:{sure}" for name, (at, sure) in self.sure.items())

    def confidence(self, name: str, at: int) -> int | None:
        """Return how sure the guess was of a field, in percent, while it is where it was."""
        place, sure = self.sure.get(name, (-1, 0))
        return sure if place == at else None

    def take(self, form: dict[str, str], table: SampleTable | None) -> None:
        """Apply the controls of a form, unless its text was changed by hand: the text counts then.

        Args:
            form: `col:0`… the field of each column; zones, settings and conditions.
            table: The sample, cut as the document says so far.
        """
        if not self.is_editable or form.get("digest") != self.digest:
            return
        if table is not None and table.kind == "fixed":
            before = zones_of(self.document, table.width)
            after = zones_in(form, before, table.width) if "from:0" in form else before
            if after != before:
                set_zones(self.document, after)
        elif table is not None:
            wanted = {
                at: value
                for at in range(table.width)
                if (value := form.get(f"col:{at}")) is not None
            }
            assign(self.document, table, wanted)
        if table is not None:
            set_conditions(self.document, form, table)
        set_lines(self.document, form, None if table is None or table.kind == "fixed" else table)
        set_settings(self.document, form, table)
        self.text = yaml_text(self.document)

    def places(self, errors: list[dict[str, str]]) -> list[dict[str, Any]]:
        """Return errors with their lines in the text, and what the page calls their places."""
        return [
            one | {"line": line_of(self.text, one["path"]), "called": place_name(one["path"])}
            for one in errors
        ]

    def shown(self, studied: Studied) -> dict[str, Any]:
        """Return what the controls show."""
        table = studied.table
        if not self.is_editable:
            return {"editable": False}
        is_fixed = table is not None and table.kind == "fixed"
        columns = columns_of(self.document, table) if table and not is_fixed else []
        return {
            "editable": True,
            "columns": columns,
            "zones": zones_of(self.document, table.width) if table and is_fixed else [],
            "row_lines": lines_of(self.document, columns),
            "settings": settings_of(self.document),
            "conditions": conditions_of(self.document),
            "elsewhere": fields_elsewhere(self.document),
        }


def sure_of(guess: Guess, table: SampleTable) -> dict[str, tuple[int, int]]:
    """Return how sure a guess is of each field, and of which column."""
    if not is_editable(guess.document):
        return {}
    if table.kind == "fixed":
        zones = zones_of(guess.document, table.width)
        at = {zone.field: place for place, zone in enumerate(zones) if zone.field}
    else:
        at = {one.field: one.at for one in columns_of(guess.document, table) if one.field}
    sure = {
        name: guess.confidence[f"fields.{name}"] for name in at if f"fields.{name}" in
        guess.confidence
    }  # fmt: skip
    return {name: (at[name], round(100 * value)) for name, value in sure.items()}


def _sure_in(text: str) -> dict[str, tuple[int, int]]:
    found = {}
    for one in text.split():
        name, _, rest = one.partition(":")
        at, _, sure = rest.partition(":")
        if at.isdecimal() and sure.isdecimal():
            found[name] = (int(at[:5]), min(100, int(sure[:3])))
    return found


def begin_by_hand(name: str, data: bytes) -> dict[str, Any]:
    """Return what a model begins with when nothing can be guessed."""
    kind = "sheet" if data.startswith(b"PK") else "fixed"
    if kind == "fixed" and max(data.count(mark) for mark in (b";", b"\t", b"|")):
        kind = "delimited"
    source: dict[str, Any] = {"kind": kind, "records": [{"columns": {}}]}
    return {"name": name, "input": source, "dates": {"formats": ["JJ/MM/AAAA"]}, "fields": {}}


def sample_of(name: str, data: bytes) -> bytes:
    """Return the first bytes of a file, up to the last whole line."""
    if len(data) <= SAMPLE_BYTES_MAX:
        return data
    if data.startswith(b"PK") or name.lower().endswith(DOCUMENTS):
        raise RefusedRequestError(
            "sample-too-large",
            "Ce fichier dépasse 500 Ko : gardez-en les premières lignes.",
            "This file is over 500 KB: keep its first lines.",
        )
    whole = data[: data[:SAMPLE_BYTES_MAX].rfind(b"\n") + 1]
    return whole or data[:SAMPLE_BYTES_MAX]

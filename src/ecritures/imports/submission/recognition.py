"""What a file is, so that nobody has to say it: a legal file, or a text that a model reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.formats.detect import read_head
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.text.encoding import Encoding
from ecritures.formats.tra.definition import NAME, is_tra
from ecritures.reading.other_models import models_that_read
from ecritures.sources.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecritures.sources.unpack import UnpackLimits

_NAMES_A_COMPANY = re.compile(r"(?<![0-9])([0-9]{9})FEC[0-9]{8}", re.IGNORECASE)
_LEGAL_TEXT = re.compile(rb"journalcode|ecriturenum", re.IGNORECASE)
_LEGAL_XML = re.compile(rb"<\s*(?:[\w.-]+:)?comptabilite\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is.

    Attributes:
        kind: The kind of import that reads it: `fec`, `tra`, or `perso` with a model.
        models: The models that read it, the most specific first; empty: it needs none, or
            none does.
    """

    kind: str
    models: list[str]


def siren_in_name(name: str) -> str | None:
    """Return the SIREN that the legal name of a FEC begins with (LPF art. A47 A-1 IX)."""
    found = _NAMES_A_COMPANY.search(name)
    return found[1] if found else None


def recognise(
    path: Path, name: str, limits: UnpackLimits, documents: Sequence[dict[str, Any]] = ()
) -> Recognised:
    """Return what a file is, from its beginning: for a child process.

    Args:
        path: The file.
        name: What it is called.
        limits: Of unpacking it.
        documents: The models of the firm.

    Raises:
        SourceError: It is an archive that cannot be unpacked.
    """
    unpacked, _ = unpack(path, name, limits)
    head = read_head(unpacked)
    if is_tra(head):
        return Recognised(NAME, [])
    if _LEGAL_TEXT.search(head) or _LEGAL_XML.search(head):
        return Recognised("fec", [])
    models = models_that_read(unpacked, Encoding("utf-8"), [load_model(one) for one in documents])
    return Recognised("perso" if models else "fec", models)

"""Every format, in the order in which they are tried. A new one is a folder and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.formats.definition import ReadOptions
from ecritures.formats.detect import read_head
from ecritures.formats.fec.definition import FIXED, FLAT
from ecritures.formats.fec_xml.definition import XML
from ecritures.formats.layouts.definition import LAYOUT
from ecritures.formats.loop_json.definition import JSON
from ecritures.formats.tra.definition import TRA

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.definition import Format
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding

FORMATS: tuple[Format, ...] = (LAYOUT, FIXED, XML, JSON, TRA, FLAT)

BY_NAME = {one.name: one for one in FORMATS}
_KINDS = [one.kind for one in FORMATS]
OWN_KINDS = tuple(
    one.kind for one in reversed(FORMATS) if _KINDS.count(one.kind) == 1 and one.name == one.kind
)
"""The kinds of import whose only format has their name."""


def format_names(kind: str, *, described: bool = True) -> tuple[str, ...]:
    """Return the names of the formats that a kind of import takes, the usual one first.

    Args:
        kind: `fec`, `perso`, `tra` or `json`.
        described: Whether a description can be given with the file.
    """
    return tuple(
        one.name
        for one in reversed(FORMATS)
        if one.kind == kind and (described or not one.needs_description)
    )


def format_by_name_or_head(name: str, head: bytes) -> str:
    """Return the format of a file: one with its own kind of import, else `fec`.

    Args:
        name: What the file is called; "" if it is not known.
        head: Its first bytes, as far as they are known.
    """
    ending = name.lower().rpartition(".")[2]
    own = map(BY_NAME.__getitem__, OWN_KINDS)
    found = (one.name for one in own if one.name == ending or one.matches(ReadOptions(), head))
    return next(found, FLAT.name)


def media_types() -> tuple[str, ...]:
    """Return the media types of every format."""
    return tuple(sorted({one for format_ in FORMATS for one in format_.media_types}))


def find_format(path: Path, options: ReadOptions) -> Format:
    """Return the format that is named, else the first that matches the file."""
    if options.format:
        return BY_NAME[options.format]
    head = read_head(path)
    return next(
        one for one in FORMATS if options.kind in (None, one.kind) and one.matches(options, head)
    )


def open_reader(
    path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies
) -> Reader:
    """Return the reader of a file; it begins at the first byte."""
    return find_format(path, options).open(path, encoding, options, anomalies)

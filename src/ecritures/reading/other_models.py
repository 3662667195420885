"""Models that read a file which is not a FEC: the built-in ones, and those of a firm."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import EcrituresError
from ecritures.core.totals import Totals
from ecritures.formats.definition import ReadOptions
from ecritures.formats.detect import ARCHIVE, FIRST_LINE_BYTES_MAX, is_binary, read_head
from ecritures.formats.layouts.builtin import builtin_model, builtin_names
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.text.encoding import BOM, Encoding, judge_encoding
from ecritures.formats.text.reader import FIRST_BLOCK_PART, NotUtf8Error
from ecritures.rules.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.formats.layouts.document import ImportModel

HEAD_BYTES = 1 << 16
TRIED_BYTES = 4 * HEAD_BYTES  # a model that finds no line would read on to the end
SHEET_BYTES_MAX = 4 << 20
LINES_MIN = 2
OFF_BALANCE_PARTS = 5  # a fifth at most: the last entry of the head may be cut
_ACCOUNT = "^[1-7][0-9]{2}"
_TO_CHOOSE = {"MOD-CPT-01", "MOD-MNT-02", "MOD-MNT-04"}
"""What blocks until something is chosen, although the model is the right one."""
_COLUMN_UNREAD = "MOD-COL-02"
_WORDS_LEFT_OUT = "MOD-LIG-07"
"""Rows of words, such as a header: no program whose files have none has written it."""


def models_that_read(path: Path, encoding: Encoding, own: Sequence[ImportModel] = ()) -> list[str]:
    """Return the models that read the beginning of a file, the most specific first.

    A built-in model reads every column that has values, and no header as a line, or it is of
    another program; a firm's own model leaves out what it was made to.

    Args:
        path: The file.
        encoding: What its bytes mean.
        own: Models of the firm, which come before built-in ones that read as well.
    """
    head = read_head(path)
    if encoding.name == "utf-8":
        encoding = _encoding_of(head)
    if head.startswith(ARCHIVE):
        is_small = path.stat().st_size <= SHEET_BYTES_MAX
        return _found_by(path, encoding, own, head) if is_small else []
    if is_binary(head):
        return []
    with NamedTemporaryFile(prefix="ecritures-head-") as beginning:  # of a file of any size
        with path.open("rb") as file:
            first = file.read(TRIED_BYTES)
        whole = len(first) < TRIED_BYTES
        beginning.write(first if whole else first[: first.rfind(b"\n") + 1] or first)
        beginning.flush()
        return _found_by(Path(beginning.name), encoding, own, head)


def _found_by(path: Path, encoding: Encoding, own: Sequence[ImportModel], head: bytes) -> list[str]:
    """Return the models that read a file of a bounded size."""
    is_sheet = head.startswith(ARCHIVE)
    found = []
    by_header = False
    named = {model.name.casefold() for model in own}
    built_in = [builtin_model(name) for name in builtin_names() if name.casefold() not in named]
    for model in (*own, *built_in):
        if model is None or not _may_read(model, head, is_sheet=is_sheet):
            continue
        unread = _unread_by(model, path, encoding)
        if unread is None:
            continue
        source = model.input
        by_position = source.kind == "delimited" and not source.has_header
        by_header |= source.has_header
        is_own = model in own
        is_other = _COLUMN_UNREAD in unread or (by_position and _WORDS_LEFT_OUT in unread)
        if is_own or not is_other:
            rank = sum(unread.values()), not is_own, -len(model.used_columns)
            found.append((by_position, *rank, model.name))
    # A file whose header names what it has is not to be read by position, header left out.
    return [name for by_position, *_, name in sorted(found) if not (by_position and by_header)]


def _encoding_of(head: bytes) -> Encoding:
    """Judge the first bytes: a refused file may not have been read as far as its accents."""
    lines = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    try:
        lines.decode()
    except UnicodeDecodeError:
        return judge_encoding([lines], Anomalies(0))
    return Encoding()


def _may_read(model: ImportModel, head: bytes, *, is_sheet: bool) -> bool:
    """Tell from the first bytes whether a model is worth trying."""
    source = model.input
    is_xml = head.removeprefix(BOM).lstrip().startswith(b"<")
    if (source.kind == "sheet") != is_sheet or (source.kind == "xml") != is_xml:
        return False
    if source.kind == "delimited" and source.dialect.delimiter != "auto":
        return source.dialect.delimiter.encode() in head
    if source.kind == "blocks":
        return source.blocks_start.encode() in head
    return True


def _unread_by(model: ImportModel, path: Path, encoding: Encoding) -> Mapping[str, int] | None:
    """Return what a model finds in the head, by rule; None when it does not read the head."""
    anomalies = Anomalies(0)
    how = ReadOptions(
        block_bytes=HEAD_BYTES * FIRST_BLOCK_PART, line_bytes_max=FIRST_LINE_BYTES_MAX
    )
    try:
        blocks = open_model_reader(path, model, encoding, how, anomalies).blocks()
        is_short = path.stat().st_size <= HEAD_BYTES
        lines = [block.lines for block in islice(blocks, None if is_short else 1)]
    except (NotUtf8Error, EcrituresError, OSError):
        return None
    if not lines or not Policy().allows(anomalies.counts.keys() - _TO_CHOOSE):
        return None
    head = pl.concat(lines)
    totals = Totals.of(head)
    larger = max(abs(totals.debit_cents), abs(totals.credit_cents))
    off = abs(totals.debit_cents - totals.credit_cents)
    accounts = head["account_number"].str.contains(_ACCOUNT).sum()
    if (
        totals.lines < LINES_MIN
        or 2 * accounts < totals.lines
        or not larger
        or off * OFF_BALANCE_PARTS > larger
    ):
        return None
    return anomalies.counts

"""A repaired copy of a file, beside the file, which is never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.formats.detect import is_readable_text, is_xml, read_head
from ecritures.formats.repair.changes import Repairs
from ecritures.formats.repair.repairer import Repairer, survey
from ecritures.formats.text.encoding import Encoding, judge_encoding
from ecritures.formats.text.reader import raw_blocks

if TYPE_CHECKING:
    from pathlib import Path

BLOCK_BYTES = 16 << 20
LINE_BYTES_MAX = 1 << 20


def write_repaired(
    path: Path,
    output: Path,
    *,
    details_max: int = 1000,
    block_bytes: int = BLOCK_BYTES,
    line_bytes_max: int = LINE_BYTES_MAX,
) -> Repairs:
    """Write a repaired copy of a flat FEC and return the changes.

    The copy gets its name once it is complete.

    Raises:
        RefusedRequestError: The copy would replace the file, or the file is not a flat FEC.
        UnreadableTextError: A line is longer than allowed.
        OSError: The file cannot be read, or the copy not be written.
    """
    _refuse_same(path, output)
    if not is_readable_text(path, Anomalies()) or is_xml(read_head(path)):
        raise RefusedRequestError(
            "repair-flat-only",
            f"{path.name} n'est pas un FEC à plat : seul un fichier texte se répare.",
            f"{path.name} is not a flat FEC: only a text file can be repaired.",
        )
    encoding = _encoding_of(path, block_bytes, line_bytes_max)
    decisions = survey(raw_blocks(path, block_bytes, line_bytes_max), encoding)
    repairs = Repairs(details_max)
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            blocks = raw_blocks(path, block_bytes, line_bytes_max)
            file.writelines(Repairer(encoding, repairs, decisions).repair(blocks))
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return repairs


def _refuse_same(path: Path, output: Path) -> None:
    part = output.with_name(f"{output.name}.part")
    for taken in (output, part):
        if taken.exists() and taken.samefile(path):
            raise RefusedRequestError(
                "repair-over-input",
                "La copie réparée ne peut pas remplacer le fichier : donnez un autre nom.",
                "The repaired copy cannot replace the file: choose another name.",
            )


def _encoding_of(path: Path, block_bytes: int, line_bytes_max: int) -> Encoding:
    blocks = raw_blocks(path, block_bytes, line_bytes_max)
    if all(_is_utf8(block) for block in blocks):
        return Encoding()
    return judge_encoding(raw_blocks(path, block_bytes, line_bytes_max), Anomalies(0))


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

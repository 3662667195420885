"""A repaired copy of a file, beside the file, which is never touched."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.formats.detect import is_readable_text, is_xml, read_head, wide_encoding
from ecritures.formats.repair.changes import Repairs
from ecritures.formats.repair.repairer import Repairer, survey
from ecritures.formats.text.encoding import Encoding, judge_encoding
from ecritures.formats.text.reader import raw_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PASSES_MAX = 10
STRUCTURAL = frozenset(
    {
        *("bom", "line-ends", "controls", "blank-lines", "line-feeds", "repeated-headers"),
        *("header", "trailing-separators", "quotes", "quoted-separators"),
    }
)
"""What changes where lines and fields end: what was in doubt before may be clear afterwards."""
TRIED_BYTES = 2 << 20
"""How much of a file is repaired to see what can be: all of it would take longer than its check."""
CHARS_AT_ONCE = 1 << 20
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

    The copy gets its name once it is complete. It is read again, until nothing more is to be
    repaired: a header that stood in a line with another text may stand alone now. The details are
    those of the first reading, which knows the lines of the file.

    Raises:
        RefusedRequestError: The copy would replace the file, or the file is not a flat FEC.
        UnreadableTextError: A line is longer than allowed.
        OSError: The file cannot be read, or the copy not be written.
    """
    _refuse_same(path, output)
    blocks = partial(raw_blocks, block_bytes=block_bytes, line_bytes_max=line_bytes_max)
    repairs = Repairs(details_max)
    source, (part, again) = path, _parts(output)
    try:
        if encoding := wide_encoding(read_head(path)):
            with again.open("wb") as file:
                file.writelines(_in_utf8(path, encoding))
            repairs.add(*_converted(encoding))
            source = again
        if not _is_flat(source):
            raise _not_flat(path)
        more = repairs
        for _ in range(PASSES_MAX):
            more = _pass(partial(blocks, source), part, more)
            if more is not repairs:
                repairs.count(more.counts)
            if not STRUCTURAL & more.counts.keys():
                break
            source, part, again = part, again, part
            more = Repairs(0)
        else:
            part = source
        part.replace(output)
    finally:
        for one in _parts(output):
            one.unlink(missing_ok=True)
    return repairs


def count_repairs(
    path: Path, *, block_bytes: int = BLOCK_BYTES, line_bytes_max: int = LINE_BYTES_MAX
) -> Counter[str]:
    """Return how often each repair would be made in a copy, without making it.

    Of a file longer than `TRIED_BYTES`, only so much is looked at.

    Raises:
        UnreadableTextError: A line is longer than allowed.
        OSError: The file cannot be read.
    """
    repairs = Repairs(0)
    if encoding := wide_encoding(read_head(path)):
        whole = partial(_in_utf8, path, encoding)
        repairs.add(*_converted(encoding))
        if is_xml(next(whole(), b"")):
            return Counter()
    elif _is_flat(path):
        size = min(block_bytes, TRIED_BYTES)
        whole = partial(raw_blocks, path, block_bytes=size, line_bytes_max=line_bytes_max)
    else:
        return Counter()
    for _ in _repaired(lambda: _beginning(whole()), repairs):
        pass
    return repairs.counts


def _beginning(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the first blocks, until there is enough to try repairs on."""
    left = TRIED_BYTES
    for block in blocks:
        yield block
        left -= len(block)
        if left <= 0:
            return


def _in_utf8(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield a text of two or four bytes a character in UTF-8, in blocks of whole lines.

    Raises:
        RefusedRequestError: Its bytes are not of that encoding.
    """
    try:
        with path.open(encoding=encoding, newline="") as text:
            while chunk := text.read(CHARS_AT_ONCE):
                yield (chunk + text.readline()).encode()
    except UnicodeError as error:
        raise _not_flat(path) from error


def _converted(encoding: str) -> tuple[str, int, str, str]:
    """Return the change that a conversion to UTF-8 is."""
    return "encoding", 1, encoding.rpartition("-")[0].upper(), "UTF-8"


def _not_flat(path: Path) -> RefusedRequestError:
    return RefusedRequestError(
        "repair-flat-only",
        f"{path.name} n'est pas un FEC à plat : seul un fichier texte se répare.",
        f"{path.name} is not a flat FEC: only a text file can be repaired.",
    )


def _pass(blocks: Callable[[], Iterator[bytes]], output: Path, repairs: Repairs) -> Repairs:
    """Repair a file once; return the changes."""
    with output.open("wb") as file:
        file.writelines(_repaired(blocks, repairs))
    return repairs


def _repaired(blocks: Callable[[], Iterator[bytes]], repairs: Repairs) -> Iterator[bytes]:
    encoding = _encoding_of(blocks)
    decisions = survey(blocks(), encoding)
    return Repairer(encoding, repairs, decisions).repair(blocks())


def _is_flat(path: Path) -> bool:
    return is_readable_text(path, Anomalies()) and not is_xml(read_head(path))


def _parts(output: Path) -> tuple[Path, Path]:
    """Return where a copy is made: one is read while the other is written."""
    return output.with_name(f"{output.name}.part"), output.with_name(f"{output.name}.part2")


def _refuse_same(path: Path, output: Path) -> None:
    for taken in (output, *_parts(output)):
        if taken.exists() and taken.samefile(path):
            raise RefusedRequestError(
                "repair-over-input",
                "La copie réparée ne peut pas remplacer le fichier : donnez un autre nom.",
                "The repaired copy cannot replace the file: choose another name.",
            )


def _encoding_of(blocks: Callable[[], Iterator[bytes]]) -> Encoding:
    if all(_is_utf8(block) for block in blocks()):
        return Encoding()
    return judge_encoding(blocks(), Anomalies(0))


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

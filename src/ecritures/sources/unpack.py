"""The accounting file of a gzip or zip archive; any other file is left as it is.

The first bytes decide what a file is. Nothing is written under a name taken from the archive.
"""

from __future__ import annotations

import errno
import gzip
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Self

from ecritures.core.errors import SourceError
from ecritures.core.zips import END, PLAIN_METHODS, directory_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ecritures.config.settings import Settings

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 4096
RATIO_FREE_BYTES = 16 << 20  # the ratio means nothing for a small file
DIRECTORY_BYTES_PER_FILE_MAX = 1024
DIRECTORY_BYTES_MAX = 1 << 20
ENCRYPTED = 1
DAMAGED = (
    *(EOFError, ValueError, RuntimeError, struct.error, zlib.error),
    *(gzip.BadGzipFile, zipfile.BadZipFile),
)
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
NESTED = (GZIP, ZIP, b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ\x00", b"BZh", b"\x28\xb5\x2f\xfd")
TAR_MARK, TAR_MARK_AT = b"ustar", 257
FEC_NAME = re.compile(r"[0-9]{9}FEC[0-9]{8}.*\.(txt|csv|xml)", re.IGNORECASE)
ACCOUNTING = {".txt", ".csv", ".tra", ".xml", ".json"}
WORKBOOKS = {"[Content_Types].xml", "content.xml"}  # an XLSX or ODS is a zip too, and one file


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """How much may be extracted from an archive."""

    bytes_max: int
    ratio_max: int
    files_max: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the limits of the settings."""
        return cls(
            settings.unpacked_bytes_max, settings.unpacked_ratio_max, settings.unpacked_files_max
        )


def is_archive(path: Path) -> bool:
    """Tell from its first bytes whether a file is a gzip or zip archive; a workbook is a zip."""
    with path.open("rb") as file:
        start = file.read(4)
    return start.startswith(GZIP) or start in {ZIP, END}


def name_and_head(path: Path, name: str, endings: Collection[str]) -> tuple[str, bytes]:
    """Return the name and the first bytes of the file that an archive holds, or of a file itself.

    Args:
        path: A file of this machine.
        name: What it is called.
        endings: A file of a zip whose name ends in one of these is taken before others.

    Returns:
        Those of the archive, where it is damaged or holds no single file: reading it says so.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        if head.startswith(GZIP):
            with gzip.open(path) as packed:
                return _without_gz(name), packed.read(HEAD_BYTES)
        if head[:4] == ZIP and _has_few_names(path):
            with zipfile.ZipFile(path) as archive:
                files = [member for member in archive.infolist() if _is_file(member)]
                if not any(member.filename in WORKBOOKS for member in files):
                    own = (one for one in files if one.filename.lower().endswith(tuple(endings)))
                    member = next(own, None) or _chosen(files, "")[0]
                    with archive.open(member) as packed:
                        return member.filename, packed.read(HEAD_BYTES)
    except (*DAMAGED, OSError, SourceError):
        return name, head
    return name, head


def unpack(
    path: Path,
    name: str,
    limits: UnpackLimits,
    progress: Callable[[int], None] = lambda _bytes: None,
    *,
    ending: str = "",
) -> tuple[Path, str]:
    """Return the file to read and its name: those given, or those found in the archive.

    Args:
        path: A file of this machine; the extracted file is written beside it.
        name: What the file is called.
        limits: How much may be extracted.
        progress: Called with the number of bytes extracted, after each block.
        ending: Files of a zip whose names end so are taken before others, and several of them as
            one, in their order in the archive.

    Raises:
        SourceError: The archive is damaged, too large, locked, or holds no single accounting file.
    """
    with path.open("rb") as file:
        start = file.read(4)
    target = path.with_name(f"{path.name}.unpacked")
    try:
        if start.startswith(GZIP):
            with gzip.open(path) as packed, target.open("wb") as file:
                _copy(packed, file, path.stat().st_size, limits, progress)
            return target, _without_gz(name)
        if start in {ZIP, END}:
            return _unzip(path, name, target, limits, progress, ending)
    except DAMAGED as error:
        raise _damaged() from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # the directory points to before the file
            raise _damaged() from error
        raise
    return path, name


def _unzip(  # noqa: PLR0913, PLR0917 - what `unpack` is given
    path: Path,
    name: str,
    target: Path,
    limits: UnpackLimits,
    progress: Callable[[int], None],
    ending: str,
) -> tuple[Path, str]:
    _check_directory(path, limits)
    with zipfile.ZipFile(path) as archive:
        files = [member for member in archive.infolist() if _is_file(member)]
        if any(member.filename in WORKBOOKS for member in files):
            return path, name
        if len(files) > limits.files_max:
            raise _too_large()
        chosen = _chosen(files, ending)
        _check_readable(chosen)
        packed_bytes = sum(member.compress_size for member in chosen)
        with target.open("wb") as file:
            for place, member in enumerate(chosen, 1):
                with archive.open(member) as packed:
                    is_ended = _copy(packed, file, packed_bytes, limits, progress)
                if place < len(chosen) and not is_ended:
                    file.write(b"\r\n")
    return target, PurePosixPath(chosen[0].filename).name


def unpack_others(
    path: Path, folder: Path, limits: UnpackLimits, *, ending: str
) -> dict[str, Path]:
    """Extract the files of a zip that stand beside the ones that are read: documents.

    Args:
        path: A file that `unpack` has taken, of whatever kind.
        folder: Made if there are any: they are numbered there.
        limits: How much may be extracted.
        ending: As `unpack` was given it.

    Returns:
        The path of each in the archive, and where it is.

    Raises:
        SourceError: The archive is damaged, too large or locked.
    """
    with path.open("rb") as file:
        if file.read(4) not in {ZIP, END}:  # as `unpack` decides: it has looked at the directory
            return {}
    found: dict[str, Path] = {}
    left = limits.bytes_max
    try:
        with zipfile.ZipFile(path) as archive:
            files = [member for member in archive.infolist() if _is_file(member)]
            if any(member.filename in WORKBOOKS for member in files):
                return {}
            chosen = _chosen(files, ending)
            for number, member in enumerate(files):
                if member in chosen:
                    continue
                _check_readable([member])
                folder.mkdir(exist_ok=True)
                target = folder / str(number)
                with archive.open(member) as packed, target.open("wb") as file:
                    while block := packed.read(BLOCK_BYTES):
                        left -= len(block)
                        if left < 0:
                            raise _too_large()
                        file.write(block)
                found[member.filename] = target
    except DAMAGED as error:
        raise _damaged() from error
    return found


def _check_readable(files: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & ENCRYPTED for member in files):
        raise SourceError(
            "archive-locked",
            "L'archive est protégée par un mot de passe : envoyez-la sans.",
            "The archive is protected by a password: send it without one.",
        )
    if any(member.compress_type not in PLAIN_METHODS for member in files):
        raise SourceError(
            "archive-method",
            "L'archive est compressée par un procédé peu courant : refaites-la en zip"
            " ordinaire (Deflate), ou en gzip.",
            "The archive is compressed in an unusual way: make it again as an ordinary zip"
            " (Deflate), or as gzip.",
        )


def _has_few_names(path: Path) -> bool:
    """Return whether the table of contents is small enough to be read before an import."""
    with path.open("rb") as file:
        return directory_bytes(file) <= DIRECTORY_BYTES_MAX


def _check_directory(path: Path, limits: UnpackLimits) -> None:
    """Look at the size of the table of contents before it is read into memory."""
    with path.open("rb") as file:
        size = directory_bytes(file)
    if size > limits.files_max * DIRECTORY_BYTES_PER_FILE_MAX:
        raise _too_large()


def _is_file(member: zipfile.ZipInfo) -> bool:
    """Return the files, without folders and what macOS adds."""
    path = PurePosixPath(member.filename)
    return not (member.is_dir() or "__MACOSX" in path.parts or path.name.startswith("."))


def _chosen(files: list[zipfile.ZipInfo], ending: str) -> list[zipfile.ZipInfo]:
    """Return the accounting file: the only file, the only FEC, or the only one of its kind.

    Where an ending is given, return the files that have it.
    """
    fecs = [one for one in files if FEC_NAME.fullmatch(PurePosixPath(one.filename).name)]
    if ending and (named := [one for one in files if one.filename.lower().endswith(ending)]):
        if fecs:  # its entries are no document of the others
            raise _ambiguous(len(files))
        return named
    accounting = [one for one in files if PurePosixPath(one.filename).suffix.lower() in ACCOUNTING]
    for wanted in (files, fecs, accounting):
        if len(wanted) == 1:
            return wanted
    raise _ambiguous(len(files))


def _copy(
    packed: IO[bytes] | gzip.GzipFile,
    file: IO[bytes],
    packed_bytes: int,
    limits: UnpackLimits,
    progress: Callable[[int], None],
) -> bool:
    """Add an unpacked file to a file; return whether its last line is ended."""
    bytes_max = min(limits.bytes_max, max(packed_bytes * limits.ratio_max, RATIO_FREE_BYTES))
    begins = is_ended = True
    while block := packed.read(BLOCK_BYTES):
        if begins:
            _check_not_nested(block)
        begins, is_ended = False, block.endswith((b"\n", b"\r"))
        if file.tell() + len(block) > bytes_max:
            raise _too_large()
        file.write(block)
        progress(file.tell())
    return is_ended


def _check_not_nested(block: bytes) -> None:
    if block.startswith(NESTED) or block[TAR_MARK_AT:].startswith(TAR_MARK):
        raise SourceError(
            "archive-nested",
            "L'archive en contient une autre : envoyez le fichier d'écritures dans une seule.",
            "The archive contains another archive: send the accounting file in a single one.",
        )


def _without_gz(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name


def _ambiguous(count: int) -> SourceError:
    return SourceError(
        "archive-ambiguous",
        f"L'archive contient {count} fichiers et l'on ne sait lequel importer : n'y laissez"
        " qu'un seul fichier d'écritures.",
        f"The archive contains {count} files, so it is not clear which one to import: leave a"
        " single accounting file in it.",
    )


def _damaged() -> SourceError:
    return SourceError(
        "archive-damaged",
        "L'archive est abîmée ou d'une forme inconnue : refaites-la (zip ou gzip).",
        "The archive is damaged or in an unknown format: create it again (zip or gzip).",
    )


def _too_large() -> SourceError:
    return SourceError(
        "archive-too-large",
        "L'archive contient trop de fichiers ou se déploie au-delà de la limite : envoyez le"
        " fichier d'écritures seul, ou découpez-le.",
        "The archive contains too many files or unpacks beyond the limit: send the accounting file"
        " alone, or split it.",
    )

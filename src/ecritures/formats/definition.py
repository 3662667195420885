"""What a format is: a name, how to recognise it, and how to open a file of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.dossier_codes import DossierCodes
    from ecritures.core.regime import Regime
    from ecritures.formats.fec.fixed_description import FixedField
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file.

    Attributes:
        format: The name of a format; None: detected.
        regime: The regime to hold the file to; None: detected.
        block_bytes: How much is read at once.
        line_bytes_max: Longest line of a text file.
        description: Where the fields of a fixed-length file are.
        model: The import model that reads the file, if it is not a FEC.
        kind: The kind of import: only its formats are detected. None: any.
        codes: What the dossier has; None: it is not known.
    """

    format: str | None = None
    regime: Regime | None = None
    block_bytes: int = 16 << 20
    line_bytes_max: int = 1 << 20
    description: tuple[FixedField, ...] = ()
    model: ImportModel | None = None
    kind: str | None = None
    codes: DossierCodes | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files of entries.

    Attributes:
        name: What `--format` and the API call it.
        kind: The kind of import that takes it.
        media_types: Of its files.
        matches: Tells a file of this format from those of the formats after it in the registry,
            from the options and the first bytes.
        open: Returns the reader of a file, at its first byte. It imports the reader lazily: the
            list of formats is also used where no file is read.
        needs_description: Whether a description of its fields must be given with a file.
        is_text: Whether the bytes of a file are text, which must then be readable as such.
    """

    name: str
    kind: str
    media_types: tuple[str, ...]
    matches: Callable[[ReadOptions, bytes], bool]
    open: Callable[[Path, Encoding, ReadOptions, Anomalies], Reader]
    needs_description: bool = False
    is_text: Callable[[ReadOptions], bool] = lambda _options: True

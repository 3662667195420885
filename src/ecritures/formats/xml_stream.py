"""XML from files of others, fed chunk after chunk to expat.

A document type is refused, and with it any entity of its own; tags and texts are bounded.
"""

from __future__ import annotations

import codecs
from xml.parsers import expat

from ecritures.core.xml_faults import CONTROL, NOT_UTF8
from ecritures.formats.text.reader import UnreadableTextError

DEPTH_MAX = 32
BYTES_OF_CHARACTER_MAX = 4  # in UTF-8


class BrokenXmlError(Exception):
    """The document cannot be read any further.

    Attributes:
        line: Where.
        value: What is wrong there.
        is_doctype: Whether it is a document type, rather than bad form.
        is_encoding: Whether what is there, or follows at once, is not UTF-8.
    """

    def __init__(
        self, line: int, value: str, *, is_doctype: bool = False, is_encoding: bool = False
    ) -> None:
        super().__init__(value)
        self.line = line
        self.value = value
        self.is_doctype = is_doctype
        self.is_encoding = is_encoding


class XmlStream:
    """A parser whose handlers the caller sets.

    Args:
        text_bytes_max: Longest text of an element, or tag.
        encoding: What the bytes mean, whatever the document declares; None: as it declares.

    Attributes:
        parser: Expat's own.
    """

    def __init__(self, text_bytes_max: int, encoding: str | None = None) -> None:
        self._text_bytes_max = text_bytes_max
        self._fed = 0
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype

    @property
    def line(self) -> int:
        """The line of the file that is being read."""
        return self.parser.CurrentLineNumber

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse the next bytes.

        Raises:
            BrokenXmlError: The document is malformed, or has a document type.
            UnreadableTextError: A tag or a text is longer than allowed.
        """
        self._fed += len(chunk)
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            at = max(0, self.parser.ErrorByteIndex - (self._fed - len(chunk)))
            rest = chunk[at:]
            what = _odd_byte(rest[:BYTES_OF_CHARACTER_MAX]) or expat.ErrorString(error.code)
            place = f"{what} ({error.lineno}:{error.offset + 1})"
            odd = not _is_utf8(rest)
            raise BrokenXmlError(error.lineno, place, is_encoding=odd) from None
        except (LookupError, ValueError) as error:  # an encoding expat does not have
            raise BrokenXmlError(1, str(error)) from None
        if self._fed - self.parser.CurrentByteIndex > self._text_bytes_max + len(chunk):
            raise self.too_long()

    def too_long(self) -> UnreadableTextError:
        """Return the error of a text that is too long."""
        line, limit = self.line, self._text_bytes_max
        return UnreadableTextError(
            "text-too-long",
            f"Ligne {line} : un élément de plus de {limit} octets, longueur non admise.",
            f"Line {line}: an element of more than {limit} bytes, which is not allowed.",
            line=line,
            limit=limit,
        )

    def _doctype(self, name: str, *_: object) -> None:
        raise BrokenXmlError(self.line, f"<!DOCTYPE {name}>", is_doctype=True)


def _odd_byte(data: bytes) -> str:
    """Name the first byte, where it is one that no XML has; "" where it may be there."""
    first = data[:1]
    if first and first < b" " and first not in b"\t\n\r":
        return f"{CONTROL}0x{first.hex().upper()}"
    if first > b"\x7f" and not _is_utf8(data):
        return f"{NOT_UTF8}0x{first.hex().upper()}"
    return ""


def _is_utf8(data: bytes) -> bool:
    """Return whether bytes are UTF-8; the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True

"""XML of others, within limits."""

from __future__ import annotations

import pytest

from ecritures.formats.text.reader import UnreadableTextError
from ecritures.formats.xml_stream import BrokenXmlError, XmlStream


def fed(data, encoding=None, limit=1000):
    stream = XmlStream(limit, encoding)
    texts = []
    stream.parser.CharacterDataHandler = texts.append
    stream.feed(data)
    stream.feed(b"", last=True)
    return "".join(texts)


@pytest.mark.parametrize(
    ("data", "line", "doctype", "encoding"),
    [
        (b"<a>\n<b></a>", 2, False, False),
        (b"\n<!DOCTYPE a><a/>", 2, True, False),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", 1, True, False),
        (b"<a>\n\xe9t\xe9</a>", 2, False, True),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", 1, False, False),
        (b"", 1, False, False),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(data, line, doctype, encoding):
    with pytest.raises(BrokenXmlError) as broken:
        fed(data)
    found = broken.value
    assert (found.line, found.is_doctype, found.is_encoding) == (line, doctype, encoding)
    assert found.value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a\x01b", "control character 0x01"),
        (b"caf\xe9!", "not UTF-8: byte 0xE9"),
        ("<é!".encode(), "not well-formed"),
        (b"A & B", "not well-formed"),
    ],
)
def test_a_byte_that_no_text_has_is_named(text, said):
    with pytest.raises(BrokenXmlError, match=said):
        fed(b"<a>" + text + b"</a>")


def test_an_encoding_that_is_known_wins_over_the_one_declared():
    assert fed(b"<?xml version='1.0' encoding='UTF-8'?><a>\xe9</a>", "iso-8859-1") == "é"


def test_a_tag_that_is_too_long_is_not_kept():
    stream = XmlStream(1000)
    stream.feed(b"<a " + b"x" * 2000)
    with pytest.raises(UnreadableTextError):
        stream.feed(b"x" * 2000)

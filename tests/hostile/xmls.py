"""Hostile XML, given as a FEC."""

from __future__ import annotations

from functools import partial

from helpers.fec_xml import document, entries, entry, line
from hostile.case import MIB, Case

GOOD = document(entries(2))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ROOT = b"<comptabilite>"


def within(place, what):
    """A good document with something put before the first such place."""
    return GOOD.replace(place, what + place, 1)


def doctype(text):
    """A good document with a document type."""
    return within(ROOT[:-1], f"<!DOCTYPE comptabilite [{text}]>".encode())


def lines(count, **fields):
    """One entry of many lines, whose own fields are these."""
    return document([entry(1, lines=[line("607000", Debit="1.00")] * count, **fields)])


def empty_lines(count, label=9_000):
    """An entry with a long label, and lines that hold nothing."""
    start = document([entry(1, lines=[], EcritureLib="x" * label)])
    return start.replace(b"</ecriture>", b"<ligne/>" * count + b"</ecriture>", 1)


REFUSED = {
    "billion laughs": (partial(doctype, f'<!ENTITY l0 "ha">{LAUGHS}'), "FEC-XML-19"),
    "external entity": (
        partial(doctype, '<!ENTITY x SYSTEM "file:///etc/passwd">'),
        "FEC-XML-19",
    ),
    "parameter entity": (
        partial(doctype, '<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;'),
        "FEC-XML-19",
    ),
    "document type": (partial(doctype, ""), "FEC-XML-19"),
    "unknown entity": (lambda: within(b"</EcritureLib>", b"&nbsp;"), "FEC-XML-20"),
    "depth 100,000": (lambda: within(b"<ecriture>", b"<a>" * 100_000), "FEC-XML-20"),
    "depth at the root": (lambda: b"<a>" * 100_000, "FEC-XML-18"),
    "another root": (lambda: b"<svg/>", "FEC-XML-18"),
    "unclosed": (lambda: GOOD[:-30], "FEC-XML-20"),
    "cut in a tag": (lambda: GOOD[: len(GOOD) // 2], "FEC-XML-20"),
    "two roots": (lambda: GOOD + GOOD.partition(b"?>")[2], "FEC-XML-20"),
    "text after the root": (lambda: GOOD + b"x", "FEC-XML-20"),
    "doubled attribute": (lambda: within(b"<ecriture>", b'<a b="1" b="1"/>'), "FEC-XML-20"),
    "an element's name of 1 MB": (
        lambda: within(b"<ecriture>", b"<" + b"n" * 1_000_000 + b"/>"),
        "FEC-XML-20",
    ),
    "an element's name of 101": (
        lambda: within(b"<EcritureLib>", b"<" + b"n" * 101 + b"/>"),
        "FEC-XML-20",
    ),
    "a thousand fields": (lambda: within(b"<EcritureLib>", b"<a/>" * 1000), "FEC-XML-20"),
    "a long unknown field": (partial(lines, 4000, Autre="x" * 1_000_000), "FEC-XML-20"),
    "a long label of an entry": (partial(lines, 4000, EcritureLib="x" * 1_000_000), "FEC-XML-20"),
    "NUL": (lambda: within(b"</EcritureLib>", b"\0"), "FEC-XML-20"),
    "NUL by number": (lambda: within(b"</EcritureLib>", b"&#0;"), "FEC-XML-20"),
    "surrogate by number": (lambda: within(b"</EcritureLib>", b"&#xD800;"), "FEC-XML-20"),
    "bytes that are not UTF-8": (lambda: within(b"</EcritureLib>", b"\xff\xfe"), "FEC-XML-20"),
    "an encoding of no one": (lambda: GOOD.replace(b"UTF-8", b"klingon", 1), "FEC-XML-20"),
    "UTF-7": (lambda: GOOD.replace(b"UTF-8", b"UTF-7", 1), "FEC-XML-20"),
    "an attribute of 5 MB": (
        lambda: within(b"<ecriture>", b'<a b="' + b"x" * 5 * MIB + b'"/>'),
        "FEC-FIC-04",
    ),
    "a text of 5 MB": (lambda: within(b"</EcritureLib>", b"x" * 5 * MIB), "FEC-FIC-04"),
    "CDATA of 5 MB": (
        lambda: within(b"</EcritureLib>", b"<![CDATA[" + b"x" * 5 * MIB + b"]]>"),
        "FEC-FIC-04",
    ),
    "a comment of 5 MB": (
        lambda: within(b"<ecriture>", b"<!--" + b"x" * 5 * MIB + b"-->"),
        "FEC-FIC-04",
    ),
    "an instruction of 5 MB": (
        lambda: within(b"<ecriture>", b"<?a " + b"x" * 5 * MIB + b"?>"),
        "FEC-FIC-04",
    ),
    "a comment without end": (lambda: within(b"<ecriture>", b"<!--"), "FEC-XML-20"),
    "year 0": (lambda: document(entries(1, EcritureDate="0000-01-01")), "FEC-XML-13"),
    "an amount of letters": (
        lambda: document([entry(1, lines=[line(Debit="abc"), line(Credit="1.00")])]),
        "FEC-XML-17",
    ),
    "an amount of 500,000 digits": (
        lambda: document([entry(1, lines=[line(Debit="9" * 500_000), line(Credit="1.00")])]),
        "FEC-MNT-08",
    ),
    "a huge exponent": (
        lambda: document([entry(1, lines=[line(Debit="1E999"), line(Credit="1.00")])]),
        "FEC-XML-17",
    ),
}
QUICK = {"billion laughs", "a long unknown field"}

CASES = [
    *(
        Case(f"xml: {name}", make, (code,), quick=name in QUICK)
        for name, (make, code) in REFUSED.items()
    ),
    Case(
        "xml: entities of the letters",
        lambda: within(b"</EcritureLib>", b"&lt;&#x1F4A3;"),
        importable=True,
    ),
    Case(
        "xml: many attributes",
        lambda: within(
            b"<ecriture>", b"<a " + b" ".join(b'b%d="1"' % n for n in range(20_000)) + b"/>"
        ),
        importable=None,
    ),
    Case(
        "xml: many comments",
        lambda: within(b"<ecriture>", b"<!-- a -->" * 100_000),
        importable=True,
    ),
    Case(
        "xml: text between elements", lambda: within(b"<ecriture>", b"x<b/>" * 100), importable=None
    ),
    Case(
        "xml: many breaches",
        lambda: within(b"</exercice>", b"<journal></journal>" * 50_000),
        importable=None,
    ),
    Case("xml: empty lines", partial(empty_lines, 100_000), importable=None),
    Case(
        "xml: long labels on many lines",
        partial(lines, 20_000, EcritureLib="x" * 9_000),
        importable=None,
    ),
    Case(
        "xml: all on one line", lambda: document(entries(5000)).replace(b"\n", b""), importable=True
    ),
    Case("xml: a header alone", lambda: b'<?xml version="1.0"?>'),
    Case("xml: version 1.1", lambda: GOOD.replace(b'"1.0"', b'"1.1"', 1), importable=None),
    Case("xml: spaces of 5 MB", lambda: within(b"<ecriture>", b" " * 5 * MIB), importable=None),
]

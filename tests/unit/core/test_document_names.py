"""Which document of an archive a line means."""

from __future__ import annotations

import pytest

from ecritures.core.document_names import paths_by_name, paths_meant

ARCHIVE = ["a/doc.pdf", "b/doc.pdf", "F1.pdf", "case/Note.txt", "case/note.TXT"]


@pytest.mark.parametrize(
    ("reference", "paths"),
    [
        ("F1.pdf", ["F1.pdf"]),
        ("f1.PDF", ["F1.pdf"]),
        ("C:\\docs\\F1.pdf", ["F1.pdf"]),
        ("a\\doc.pdf", ["a/doc.pdf"]),
        ("D:\\Export\\B\\Doc.pdf", ["b/doc.pdf"]),
        ("doc.pdf", ["a/doc.pdf", "b/doc.pdf"]),
        ("Note.txt", ["case/Note.txt"]),
        ("NOTE.TXT", ["case/Note.txt", "case/note.TXT"]),
        ("absent.pdf", []),
        ("https://files.example/F1.pdf", []),
    ],
)
def test_the_paths_that_are_most_like_it_are_meant(reference, paths):
    assert paths_meant(reference, paths_by_name(ARCHIVE)) == paths


def test_an_address_is_meant_as_it_is():
    there = paths_by_name(["https://a.example/x.pdf?sig=1", "https://a.example/x.pdf?sig=2"])
    assert paths_meant("https://a.example/x.pdf?sig=2", there) == ["https://a.example/x.pdf?sig=2"]
    assert paths_meant("https://b.example/x.pdf?sig=2", there) == []

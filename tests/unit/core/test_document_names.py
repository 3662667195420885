"""Which document of an archive a line means."""

from __future__ import annotations

import pytest

from ecritures.core.document_names import path_meant, paths_by_name

ARCHIVE = ["a/doc.pdf", "b/doc.pdf", "F1.pdf", "case/Note.txt", "case/note.TXT"]


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("F1.pdf", "F1.pdf"),
        ("f1.PDF", "F1.pdf"),
        ("C:\\docs\\F1.pdf", "F1.pdf"),
        ("a\\doc.pdf", "a/doc.pdf"),
        ("D:\\Export\\B\\Doc.pdf", "b/doc.pdf"),
        ("doc.pdf", None),  # two are as like it
        ("Note.txt", "case/Note.txt"),
        ("NOTE.TXT", None),
        ("absent.pdf", None),
        ("https://files.example/F1.pdf", None),
    ],
)
def test_the_path_that_is_most_like_it_is_meant(reference, path):
    assert path_meant(reference, paths_by_name(ARCHIVE)) == path


def test_an_address_is_meant_as_it_is():
    there = paths_by_name(["https://a.example/x.pdf?sig=1", "https://a.example/x.pdf?sig=2"])
    assert path_meant("https://a.example/x.pdf?sig=2", there) == "https://a.example/x.pdf?sig=2"
    assert path_meant("https://b.example/x.pdf?sig=2", there) is None

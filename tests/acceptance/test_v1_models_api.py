"""Import models on the product's own API: documents that no database keeps."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.builtin import builtin_document
from helpers.v1_calls import call, problem_of

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/try"])
@pytest.mark.parametrize("text", [rb"\ud800", rb"\u0000"])
@pytest.mark.parametrize("place", [b'{"name": "%s"}', b'{"%s": 1}', b'{"a": [{"b": ["%s"]}]}'])
def test_a_character_that_is_not_text_is_refused(service, key, path, text, place):
    content = b'{"content": "a", "document": %s}' % (place % text)
    if path == "/v1/models":
        content = content.replace(b'"content": "a", ', b"")
    answer = call(service, key, "POST", path, content=content, headers=JSON)
    assert problem_of(answer)["status"] == 422
    [error] = problem_of(answer)["errors"]
    assert error["message"] == "Ce champ contient un caractère qui n'est pas du texte."


def test_a_backslash_in_a_document_is_text(service, key):
    document = builtin_document("csv") | {
        "name": "mien",
        "title": r"un \u0000 en lettres",
    }
    answer = call(service, key, "POST", "/v1/models", json={"document": document})
    assert answer.status_code == 201

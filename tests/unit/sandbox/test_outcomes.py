"""What a request must hold to ask for an outcome."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.sandbox.outcomes import BY_NAME, Outcome, forced_by


def request(path="/v1/imports", query="", **headers):
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "query_string": query.encode(), "headers": given}


FORM = (
    b'--x\r\nContent-Disposition: form-data; name="dossier"\r\n\r\nCUT\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n...'
)


@pytest.mark.parametrize(
    ("scope", "body", "name"),
    [
        (request(), b'{"codeIbs": "FAILED"}', "failed"),
        (request(), b'{"CODEIBS" : "429-ONCE"}', "429-once"),
        (request(), b'{"dossier":"WAITING"}', "waiting"),
        (request(), FORM, "cut"),
        (request(query="codeDossier=500"), b"", "500"),
        (request(path="/v1/dossiers/SLOW/balance"), b"", "slow"),
        (request(x_sandbox_outcome="Cut-Once"), b"", "cut-once"),
        (request(x_sandbox_outcome="500"), b'{"codeIbs": "FAILED"}', "500"),
    ],
)
def test_an_outcome_is_asked_for_by_a_header_or_a_dossier(scope, body, name):
    assert forced_by(scope, body) == BY_NAME[name]


@pytest.mark.parametrize(
    ("scope", "body"),
    [
        (request(), b'{"codeIbs": "CEGID003", "label": "CUT"}'),
        (request(), b'{"codeIbs": "cut"}'),
        (request(query="filter=CUT"), b""),
    ],
)
def test_anything_else_asks_for_none(scope, body):
    assert forced_by(scope, body) is None


@pytest.mark.parametrize("name", ["none", "failed-once"])
def test_a_header_that_names_no_outcome_is_refused(name):
    with pytest.raises(RefusedRequestError) as refused:
        forced_by(request(x_sandbox_outcome=name), b'{"codeIbs": "CUT"}')
    assert refused.value.sentence.code == "sandbox-outcome-unknown"


def test_every_outcome_has_its_meaning():
    assert len({outcome.meaning for outcome in Outcome}) == len(Outcome)

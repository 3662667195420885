"""Signing in with the account of the firm, at a real OpenID Connect provider."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from ecritures.directory.people import change_person
from helpers.oidc_provider import CLIENT_ID, CLIENT_SECRET, oidc_provider, sign_in_there
from helpers.pages import reader
from helpers.people import EMAIL, add_person
from helpers.ports import free_port

START, BACK = "/sign-in/firm-account", "/sign-in/firm-account/return"


@pytest.fixture(scope="module")
def public_url():
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def issuer(public_url):
    with oidc_provider(f"{public_url}{BACK}") as address:
        yield address


@pytest.fixture
def anybody(settings, start_service, issuer, public_url):
    """A browser of a service that has a provider; its public address is not where it listens."""
    chosen = {
        "public_url": public_url,
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
    }
    with reader(start_service(settings.model_copy(update=chosen))) as one:
        yield one


@pytest.fixture
def person(database, domain):
    return add_person(database, domain, password=None)


def come_back(anybody, email, path=START):
    """Go to the provider, sign in there, and return the path that it sends back to."""
    answer = anybody.get(path)
    assert answer.status_code == 303
    there = sign_in_there(answer.headers["location"], email)
    parts = urlsplit(there)
    assert parts.path == BACK
    return f"{parts.path}?{parts.query}"


def test_the_request_to_the_provider_is_protected(anybody, issuer):
    assert "Compte du cabinet" in anybody.get("/sign-in").text
    answer = anybody.get(START)
    assert answer.headers["location"].startswith(f"{issuer}/auth?")
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    (cookie,) = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie


def test_a_person_is_known_by_the_verified_address(anybody, person):
    back = come_back(anybody, person.email.upper(), f"{START}?next=/imports")
    answer = anybody.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/imports")
    assert EMAIL in anybody.get("/account").text
    assert anybody.get(back).status_code == 401  # it serves once
    assert anybody.get("/account").status_code == 200


def test_somebody_unknown_is_told_whom_to_ask(anybody, person):
    assert person.email == EMAIL
    answer = anybody.get(come_back(anybody, "nobody@x.example"))
    assert answer.status_code == 403
    assert "demandez à un administrateur du cabinet" in answer.text
    assert anybody.get("/account").status_code == 303


def test_an_address_that_is_not_verified_lets_nobody_in(anybody, database, domain):
    email = "unverified@x.example"
    add_person(database, domain, email)
    answer = anybody.get(come_back(anybody, email))
    assert answer.status_code == 403
    assert "adresse électronique vérifiée" in answer.text


def test_somebody_disabled_does_not_get_in(anybody, database, person):
    with database.write() as connection:
        change_person(connection, person, {"disabled": True}, database.clock.now())
    assert anybody.get(come_back(anybody, EMAIL)).status_code == 403


def test_the_answer_to_another_browser_is_refused(anybody, person):
    back = come_back(anybody, person.email)
    anybody.client.cookies.clear()
    assert anybody.get(back).status_code == 401
    come_back(anybody, person.email)  # an attempt of one's own, with another state
    assert anybody.get(back).status_code == 401
    assert anybody.get("/account").status_code == 303


@pytest.mark.parametrize(
    "query", ["", "?error=access_denied", "?code=x", "?code=x&state=y", "?code=x&state=%C3%A9"]
)
def test_an_answer_that_is_none_is_refused(anybody, query):
    anybody.get(START)
    answer = anybody.get(f"{BACK}{query}")
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("cookie", [b"x", "é".encode(), b"bnVsbA==", b"W10="])
def test_a_cookie_that_is_none_is_refused(anybody, cookie):
    answer = anybody.client.get(
        f"{BACK}?code=x&state=y", headers={b"cookie": b"firm_account=" + cookie}
    )
    assert answer.status_code == 401


def test_a_code_of_another_attempt_is_refused(anybody, person):
    """A code obtained elsewhere, brought back with the state of this browser."""
    first = come_back(anybody, person.email)
    code = parse_qs(urlsplit(first).query)["code"][0]
    started = anybody.get(START).headers["location"]
    state = parse_qs(urlsplit(started).query)["state"][0]
    assert anybody.get(f"{BACK}?code={code}&state={state}").status_code == 401


def test_a_provider_that_does_not_answer_is_named(settings, start_service):
    gone = settings.model_copy(update={"oidc_issuer": f"http://127.0.0.1:{free_port()}"})
    with reader(start_service(gone)) as one:
        answer = one.get(START)
        assert answer.status_code == 503
        assert "ne répond pas" in answer.text


def test_without_a_provider_there_is_nothing(service):
    with reader(service) as one:
        assert "Compte du cabinet" not in one.get("/sign-in").text
        for path in (START, BACK):
            assert one.get(path).headers["location"] == "/sign-in"

"""Signing in to the pages, over HTTP: with a password, a key, an invitation; and out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from ecritures.core.rights import Role
from ecritures.directory.domains import create_domain
from ecritures.directory.keys import revoke_key
from ecritures.directory.people import change_person
from ecritures.directory.sign_in import invite
from helpers.pages import reader
from helpers.people import EMAIL, PASSWORD, add_person

NEW = "quatre poires et un mulet"


@pytest.fixture
def anybody(service):
    with reader(service) as one:
        yield one


@pytest.fixture
def person(database, domain):
    return add_person(database, domain)


@pytest.fixture
def signed_in(anybody, person):
    assert person.email == EMAIL
    anybody.sign_in(EMAIL, PASSWORD)
    return anybody


def test_whoever_has_not_signed_in_is_asked_to(anybody):
    answer = anybody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    deep = anybody.get("/imports?status=3")
    assert deep.headers["location"] == "/sign-in?next=/imports%3Fstatus%3D3"


def test_the_page_has_two_forms_and_sets_nothing_that_a_script_reads(anybody):
    page = anybody.get("/sign-in")
    assert page.status_code == 200
    assert page.text.count('action="/sign-in"') == page.text.count('name="csrf_token"') == 2
    (cookie,) = page.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert re.findall(r'<script(?! src="/static/[^"]+" type="module"></script>)', page.text) == []
    assert " style=" not in page.text


def test_the_page_is_there_in_english(anybody):
    assert "Se connecter" in anybody.get("/sign-in").text
    answer = anybody.get("/sign-in?language=en&next=/imports")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fimports")
    assert "E-mail address" in anybody.get("/sign-in").text


def test_a_password_opens_a_session(anybody, person):
    answer = anybody.sign_in(person.email, PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert anybody.get("/").status_code == 200
    assert "Claire Delmas" in anybody.get("/account").text
    assert anybody.get("/sign-in?next=/imports").headers["location"] == "/imports"


def test_a_key_opens_a_session_until_it_is_revoked(anybody, database, key):
    answer = anybody.send("/sign-in", key=key)
    assert answer.status_code == 303
    assert "Entré avec une clé" in anybody.get("/account").text
    revoke_key(database, key)
    assert anybody.get("/account").headers["location"] == "/sign-in?next=/account"


@pytest.mark.parametrize("fields", [
    {"email": EMAIL, "password": "wrong"},
    {"email": "nobody@x.example", "password": "wrong"},
    {"email": EMAIL, "password": ""},
    {"email": "", "password": ""},
    {"email": "a\x00b", "password": "\x00"},
    {"email": "é" * 10_000, "password": "é" * 10_000},
    {"email": "<script>alert(1)</script>", "password": "x"},
    {"key": "x:y"},
    {"key": ""},
    {"key": "\x00"},
    {},
])  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(anybody, person, fields):
    assert person.email == EMAIL
    answer = anybody.send("/sign-in", **fields)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "session=" not in str(answer.headers.get_list("set-cookie"))
    assert "<script>alert" not in answer.text
    assert anybody.get("/").status_code == 303


def test_too_many_attempts_are_followed_by_a_wait(anybody, person):
    for _ in range(5):
        assert anybody.sign_in(person.email, "wrong").status_code == 401
    answer = anybody.sign_in(person.email, PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 300
    assert "Trop d’essais de connexion" in answer.text


@pytest.mark.parametrize("token", ["", "x", None])
def test_a_form_of_another_site_opens_no_session(anybody, person, token):
    anybody.get("/sign-in")
    fields = {"email": person.email, "password": PASSWORD}
    given = fields if token is None else fields | {"csrf_token": token}
    answer = anybody.client.post("/sign-in", data=given)
    assert (answer.status_code, anybody.get("/").status_code) == (403, 303)


def test_a_form_without_the_cookie_of_its_page_opens_no_session(service, anybody, person):
    token = anybody.token("/sign-in")
    with reader(service) as other:
        fields = {"email": person.email, "password": PASSWORD, "csrf_token": token}
        assert other.client.post("/sign-in", data=fields).status_code == 403


@pytest.mark.parametrize(("wanted", "given"), [
    ("/imports?status=3", "/imports?status=3"),
    ("https://elsewhere.example", "/"),
    ("//elsewhere.example", "/"),
    ("/\\elsewhere.example", "/"),
    ("/\t/elsewhere.example", "/"),
    ("javascript:alert(1)", "/"),
    ("imports", "/"),
    ("", "/"),
])  # fmt: skip
def test_one_goes_on_to_pages_of_this_service_alone(anybody, person, wanted, given):
    answer = anybody.sign_in(person.email, PASSWORD, next=wanted)
    assert answer.headers["location"] == given


def test_a_session_planted_before_is_not_the_one_that_is_opened(anybody, person):
    anybody.carry("planted")
    anybody.sign_in(person.email, PASSWORD)
    assert anybody.session != "planted"


def test_signing_in_again_ends_the_session_before(service, anybody, person):
    anybody.sign_in(person.email, PASSWORD)
    first = anybody.session
    with reader(service) as other:
        token = other.token("/sign-in")
        other.carry(first)
        fields = {"email": person.email, "password": PASSWORD, "csrf_token": token}
        assert other.client.post("/sign-in", data=fields).status_code == 303
        assert other.session != first
        assert other.get("/account").status_code == 200
    assert anybody.get("/account").status_code == 303


def test_the_cookie_is_for_https_alone_where_the_service_is(settings, start_service, database):
    add_person(database, create_domain(database, "CABINET1"))
    secure = settings.model_copy(update={"public_url": "https://compta.example"})
    with reader(start_service(secure)) as one:
        page = one.get("/sign-in")
        (cookie,) = page.headers.get_list("set-cookie")
        assert "Secure" in cookie
        door = cookie.partition("=")[2].partition(";")[0]
        fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": door}
        answer = one.client.post("/sign-in", data=fields, headers={"cookie": f"door={door}"})
        assert "Secure" in str(answer.headers.get_list("set-cookie"))


def test_signing_out_ends_the_session(signed_in):
    kept = signed_in.session
    answer = signed_in.send("/account", "/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    signed_in.carry(kept)
    assert signed_in.get("/").status_code == 303


@pytest.mark.parametrize("path", [
    "/sign-out", "/account/password", "/account/sessions/1/end",
    "/account/sessions/end-others", "/account/firm",
])  # fmt: skip
def test_every_form_needs_the_token_of_its_session(signed_in, path):
    assert signed_in.client.post(path, data={}).status_code == 403
    assert signed_in.client.post(path, data={"csrf_token": "x"}).status_code == 403
    assert signed_in.get("/account").status_code == 200


def test_somebody_disabled_is_out_at_once(signed_in, database, person):
    with database.write() as connection:
        change_person(connection, person, {"disabled": True}, database.clock.now())
    assert signed_in.get("/account").status_code == 303


def test_a_session_that_is_over_asks_to_sign_in_again(settings, start_service, database, domain):
    add_person(database, domain)
    brief = settings.model_copy(update={"session_hours_max": 1e-9})
    with reader(start_service(brief)) as one:
        assert one.sign_in(EMAIL, PASSWORD).status_code == 303
        assert one.get("/imports").headers["location"] == "/sign-in?next=/imports"


def test_an_invitation_is_accepted_once(anybody, database, domain):
    person = add_person(database, domain, password=None)
    with database.write() as connection:
        until = database.clock.now() + timedelta(hours=1)
        page = f"/invitation/{invite(connection, person.id, until)}"
    assert EMAIL in anybody.get(page).text
    assert anybody.send(page, password=NEW, again="another one").status_code == 422
    assert anybody.send(page, password="short", again="short").status_code == 422
    assert anybody.client.post(page, data={"password": NEW, "again": NEW}).status_code == 403
    answer = anybody.send(page, password=NEW, again=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert anybody.get("/account").status_code == 200
    ended = anybody.get(page)
    assert ended.status_code == 410
    assert "demandez-en une autre" in ended.text


@pytest.mark.parametrize("token", ["x", "é", "%00", "a" * 101])
def test_an_invitation_that_is_none_says_so(anybody, token):
    assert anybody.get(f"/invitation/{token}").status_code in {410, 422}


def test_one_sees_and_ends_ones_sessions(service, signed_in, database, domain):
    add_person(database, domain, "other@x.example")
    with reader(service, **{"user-agent": "Mozilla/5.0 (iPhone) Safari/605"}) as phone:
        phone.sign_in(EMAIL, PASSWORD)
        page = signed_in.get("/account").text
        assert "Safari, iPhone" in page
        assert page.count('/end"') == 1
        number = page.partition("/account/sessions/")[2].partition("/")[0]
        with reader(service) as other:
            other.sign_in("other@x.example", PASSWORD)
            assert other.send("/account", f"/account/sessions/{number}/end").status_code == 404
        assert phone.get("/account").status_code == 200
        assert signed_in.send("/account", f"/account/sessions/{number}/end").status_code == 303
        assert phone.get("/account").status_code == 303


def test_one_changes_ones_password(service, signed_in):
    wrong = {"old": "wrong", "password": NEW, "again": NEW}
    for fields in (wrong, wrong | {"old": PASSWORD, "again": "other"}):
        answer = signed_in.send("/account", "/account/password", **fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    right = {"old": PASSWORD, "password": NEW, "again": NEW}
    answer = signed_in.send("/account", "/account/password", **right)
    assert answer.headers["location"] == "/account?done=password"
    assert signed_in.get("/account?done=password").status_code == 200
    with reader(service) as again:
        assert again.sign_in(EMAIL, NEW).status_code == 303


def test_an_operator_chooses_the_firm_and_nobody_else_does(anybody, database, domain, person):
    create_domain(database, "CABINET2", "Cabinet Deux")
    add_person(database, None, "operator@x.example", Role.OPERATOR)
    anybody.sign_in("operator@x.example", PASSWORD)
    assert anybody.send("/account", "/account/firm", firm="CABINET2").status_code == 303
    assert "Cabinet Deux." in anybody.get("/account").text
    assert anybody.send("/account", "/account/firm", firm="NONE").status_code == 404
    anybody.send("/account", "/sign-out")
    anybody.sign_in(person.email, PASSWORD)
    assert anybody.send("/account", "/account/firm", firm="CABINET2").status_code == 403
    assert domain.name in anybody.get("/account").text
    assert "Cabinet Deux" not in anybody.get("/account").text

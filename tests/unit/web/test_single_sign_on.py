"""What a browser keeps while its owner is at the provider's."""

from __future__ import annotations

import base64
import json

import pytest

from ecritures.config.settings import Settings
from ecritures.web.single_sign_on import Attempt, provider_of


def test_an_attempt_is_read_as_it_was_written():
    attempt = Attempt("state", "nonce", "verifier", "/imports?q=é")
    assert Attempt.read(attempt.text()) == attempt


@pytest.mark.parametrize("value", [None, [], {}, 1, "x", {"state": "x"}, {"other": "x"}])
def test_anything_else_is_no_attempt(value):
    text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    assert Attempt.read(text) is None


@pytest.mark.parametrize("text", ["", "x", "é", "=", "%%%", "a" * 5000])
def test_a_damaged_cookie_is_no_attempt(text):
    assert Attempt.read(text) is None


def test_there_is_a_provider_when_the_settings_name_one(tmp_path):
    assert provider_of(Settings(data_dir=tmp_path)) is None
    chosen = {"oidc_issuer": "https://login.example", "oidc_client_id": "ecritures"}
    settings = Settings(data_dir=tmp_path, **chosen)
    assert provider_of(settings) is provider_of(settings) is not None

"""Every setting can be given in every way; what is not valid is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import SecretStr, ValidationError

from ecritures.config.settings import PREFIX, SETTINGS_FILE, Settings

FIELDS = Settings.model_fields
CHOSEN = {
    "data_dir": "elsewhere",
    "database_url": "postgresql://somebody@host/base",
    "host": "::1",
    "public_url": "https://compta.example",
    "refusal_status": 400,
    "log_level": "warning",
    "log_format": "json",
    "storage_url": "s3://bucket",
    "deposit_secret": "hush",
    "deposit_hours_max": 48,
    "time_zone": "Indian/Reunion",
    "oidc_issuer": "https://login.example",
    "oidc_client_id": "ecritures",
    "oidc_client_secret": "hush",
}
"""Values of the settings whose type does not say which ones are valid."""


@pytest.fixture(autouse=True)
def _clean(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


def other_than_default(name):
    field = FIELDS[name]
    if name in CHOSEN:
        return CHOSEN[name]
    if get_origin(field.annotation) is list:
        return ["one", "two"]
    if get_origin(field.annotation) is dict:
        return {"one": "1", "two": "2"}
    if field.annotation is bool:
        return not field.default
    return field.default + 1


def plain(value):
    """Return a value as it is written, secrets shown."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + "}"
    return json.dumps(value)


@pytest.mark.parametrize("name", FIELDS)
def test_each_is_given_by_the_environment(name, monkeypatch):
    wanted = other_than_default(name)
    assert wanted != plain(FIELDS[name].get_default(call_default_factory=True))
    text = wanted if isinstance(wanted, str) else json.dumps(wanted)
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", text)
    assert plain(getattr(Settings(), name)) == wanted


@pytest.mark.parametrize("name", FIELDS)
def test_each_is_given_by_the_file(name):
    wanted = other_than_default(name)
    SETTINGS_FILE.write_text(f"{name} = {toml(wanted)}\n", "utf-8")
    assert plain(getattr(Settings(), name)) == wanted


@pytest.mark.parametrize("name", FIELDS)
def test_each_is_given_as_an_argument(name):
    wanted = other_than_default(name)
    assert plain(getattr(Settings(**{name: wanted}), name)) == wanted


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_variable_leaves_the_default(name, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", "")
    assert getattr(Settings(), name) == FIELDS[name].get_default(call_default_factory=True)


def test_an_argument_wins_over_the_environment_and_that_over_the_file(monkeypatch):
    SETTINGS_FILE.write_text('port = 1\nhost = "of-the-file"\nlog_level = "warning"\n', "utf-8")
    monkeypatch.setenv("ECRITURES_PORT", "2")
    monkeypatch.setenv("ECRITURES_HOST", "of-the-environment")
    settings = Settings(port=3)
    assert (settings.port, settings.host, settings.log_level) == (
        *(3, "of-the-environment", "warning"),
    )


@pytest.mark.parametrize(
    "name", [name for name in FIELDS if get_origin(FIELDS[name].annotation) in (list, dict)]
)
def test_lists_and_dictionaries_are_also_written_without_json(name, monkeypatch):
    is_list = get_origin(FIELDS[name].annotation) is list
    text, wanted = (
        ("files.example, *.x.fr,", ["files.example", "*.x.fr"])
        if is_list
        else ("account_name=a, account_key=YQ==", {"account_name": "a", "account_key": "YQ=="})
    )
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", text)
    assert plain(getattr(Settings(), name)) == wanted
    monkeypatch.delenv(f"{PREFIX}{name.upper()}")
    SETTINGS_FILE.write_text(f"{name} = {json.dumps(text)}\n", "utf-8")
    assert plain(getattr(Settings(), name)) == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("subscription_keys", '["hush'),
        ("subscription_keys", "[hush]"),
        ("storage_options", "hush"),
        ("storage_options", '{"account_key": hush}'),
        ("storage_options", '{"account_key": 1}'),
        ("storage_options", "=hush"),
        ("refusal_status", "500"),
        ("port", "70000"),
        ("subscription_keys", '{"hush": 1}'),
        ("public_url", "ecritures.example"),
        ("public_url", "http://[x"),
        ("oidc_issuer", "ftp://login.example"),
    ],
)
def test_what_is_not_valid_is_refused_and_a_secret_is_not_repeated(name, text, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", text)
    with pytest.raises(ValidationError) as caught:
        Settings()
    told = caught.value.errors(include_input=False, include_context=False)
    assert told[0]["loc"][0] == name
    assert "hush" not in told[0]["msg"]


NUMBERS = [
    name for name in FIELDS if {int, float} & {FIELDS[name].annotation, *get_args(FIELDS[name])}
]


@pytest.mark.heavy
@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e300"])
def test_a_number_that_no_clock_or_counter_can_hold_is_refused(name, text, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", text)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    "text",
    ["prot = 1\n", "[serve]\nport = 1\n", "port = \n", 'host = "\xff"\n', "port = true\n"],
    ids=["unknown", "table", "no value", "not UTF-8", "a truth"],
)
def test_a_file_that_is_not_valid_is_refused(text):
    SETTINGS_FILE.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"prot|serve|line 1|utf-8|true"):
        Settings()

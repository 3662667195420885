"""Settings by option, by variable and by file, and what is said of their faults."""

from __future__ import annotations

import json

import pytest

from helpers.ports import free_port


def told(done, code):
    assert (done.returncode, done.stdout) == (code, "")
    (sentence,) = done.stderr.splitlines()
    return sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ECRITURES_SUBSCRIPTION_KEYS", '["hush'),
        ("ECRITURES_STORAGE_OPTIONS", "hush"),
        ("ECRITURES_DOWNLOAD_ALLOWED_HOSTS", "[1]"),
        ("ECRITURES_ATTEMPT_HOURS_MAX", "inf"),
        ("ECRITURES_PORT", "70000"),
    ],
)
@pytest.mark.parametrize("command", [("config",), ("serve",), ("domain", "list")])
def test_a_variable_that_is_not_valid_is_told_in_a_sentence(ecritures, command, variable, value):
    sentence = told(ecritures(*command, **{variable: value}), 2)
    assert variable in sentence
    assert "hush" not in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"prot = 1\n", "prot n'existe pas (peut-être port)"),
        (b"port = \n", "line 1"),
        (b'host = "\xff"\n', "utf-8"),
    ],
)
@pytest.mark.parametrize("command", [("config",), ("serve",), ("domain", "list")])
def test_a_file_that_is_not_valid_is_told_in_a_sentence(ecritures, command, text, words):
    (ecritures.folder / "ecritures.toml").write_bytes(text)
    sentence = told(ecritures(*command), 2)
    assert words in sentence
    assert "ecritures.toml" in sentence


def test_a_folder_in_the_place_of_the_file_is_told(ecritures):
    (ecritures.folder / "ecritures.toml").mkdir()
    assert "ce n'est pas un fichier" in told(ecritures("config"), 2)


def test_a_file_of_arrays_in_arrays_is_told(ecritures):
    (ecritures.folder / "ecritures.toml").write_text(f"hosts = {'[' * 2000}{']' * 2000}", "utf-8")
    assert "ecritures.toml" in told(ecritures("config"), 2)


def test_a_variable_that_is_no_setting_is_told_and_ignored(ecritures):
    done = ecritures("config", "--json", ECRITURES_PROT="1", ECRITURES_LANG="en")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "Variable ECRITURES_PROT is not a setting (perhaps ECRITURES_PORT): it is ignored."
    ]
    assert json.loads(done.stdout)


def test_lists_are_written_with_commas(ecritures):
    done = ecritures(
        *("config", "--json"),
        ECRITURES_DOWNLOAD_ALLOWED_HOSTS="files.example,*.x.fr",
        ECRITURES_SUBSCRIPTION_KEYS="k1",
        ECRITURES_REFUSAL_STATUS="400",
    )
    found = {one["name"]: one["value"] for one in json.loads(done.stdout)["settings"]}
    assert found["download_allowed_hosts"] == ["files.example", "*.x.fr"]
    assert len(found["subscription_keys"]) == 1
    assert found["refusal_status"] == 400


@pytest.mark.parametrize(
    "options",
    [
        {"account_name": "a", "account_key": "YQ==", "connect_timeout": "soon"},
        {"account_name": "a", "account_key": "YQ==", "no_such_option": "1"},
        {"account_name": "a", "account_key": "not base64!"},
    ],
)
def test_options_that_the_storage_does_not_take_are_told_in_a_sentence(ecritures, options):
    sentence = told(
        ecritures(
            *("serve", "--port", free_port()),
            ECRITURES_STORAGE_URL="az://ecritures",
            ECRITURES_STORAGE_OPTIONS=json.dumps(options),
        ),
        2,
    )
    assert "ECRITURES_STORAGE_OPTIONS" in sentence


@pytest.mark.timing
def test_the_options_of_serve_win_over_variables(ecritures):
    port = free_port()
    started = ecritures.start(
        *("serve", "--json", "--host", "localhost", "--port", str(port)),
        *("--data-dir", str(ecritures.folder / "chosen")),
    )
    try:
        said = json.loads("".join(iter(started.stdout.readline, "}\n")) + "}")
    finally:
        started.terminate()
        assert started.wait(60) == 0
        started.stdout.close()
    assert said == {
        "address": f"http://localhost:{port}",
        "dataDir": str(ecritures.folder / "chosen"),
    }

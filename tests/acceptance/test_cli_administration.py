"""Domains, dossiers, keys, settings and the doctor, as scripts use them."""

from __future__ import annotations

import json
import re

import pytest


def make_dossier(ecritures, *more, code="CEGID003", siren="079555421"):
    return ecritures(
        *("dossier", "create", code, "--domain", "CABINET1", "--name", "Atelier Lumen"),
        *("--siren", siren, *more),
    )


def test_a_domain_is_made_in_a_new_database_and_listed(ecritures):
    made = ecritures("domain", "create", "CABINET1", "--json")
    assert json.loads(made.stdout)["code"] == "CABINET1"
    assert json.loads(ecritures("domain", "list", "--json").stdout) == [json.loads(made.stdout)]
    assert "CABINET1" in ecritures("domain", "list").stdout


def test_a_domain_chooses_what_becomes_of_certain_files(ecritures):
    ecritures("domain", "create", "CABINET1")
    told = ecritures("domain", "set", "CABINET1", "duplicates=skip", "groupBy=number", "--json")
    assert told.returncode == 0
    policies = json.loads(told.stdout)["policies"]
    assert (policies["duplicates"], policies["groupBy"]) == ("skip", "number")
    refused = ecritures("domain", "set", "CABINET1", "duplicates=perhaps")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "duplicates=refuse|skip|allow" in refused.stderr


def test_a_dossier_keeps_its_establishments_and_fiscal_years(ecritures):
    ecritures("domain", "create", "CABINET1")
    made = make_dossier(
        ecritures,
        *("--siret", "07955542100027", "--fiscal-year", "2024-01-01:2024-12-31", "--json"),
    )
    assert json.loads(made.stdout) == {
        "domain": "CABINET1",
        "code": "CEGID003",
        "name": "Atelier Lumen",
        "siren": "079555421",
        "sirets": ["07955542100027"],
        "establishments": [{"siret": "07955542100027", "main": True}],
        "fiscalYears": [
            {"start": "2024-01-01", "end": "2024-12-31", "state": "open", "closed": False}
        ],
        "policies": {},
    }
    shown = ecritures("dossier", "show", "CEGID003", "--json")
    assert json.loads(shown.stdout) == json.loads(made.stdout)
    assert "SIRET 07955542100027 (principal)" in ecritures("dossier", "show", "CEGID003").stdout


def test_a_dossier_is_changed_and_makes_choices_of_its_own(firm):
    changed = firm("dossier", "update", "CEGID003", "--name", "Lumen", "--siren", "552100554",
                   "--siret", "55210055400013", "--json")  # fmt: skip
    view = json.loads(changed.stdout)
    assert (view["name"], view["siren"], view["sirets"]) == (
        *("Lumen", "552100554"), ["55210055400013"],
    )  # fmt: skip
    chosen = firm("dossier", "set", "CEGID003", "unbalanced=difference", "differenceCents=0")
    assert chosen.stdout.splitlines() == ["unbalanced=difference", "differenceCents=0"]
    back = firm("dossier", "set", "CEGID003", "unbalanced=default", "--json")
    assert json.loads(back.stdout)["policies"] == {"differenceCents": 0}
    refused = firm("domain", "set", "CABINET1", "mode=replace")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)


def test_what_exists_already_is_refused_with_1(firm):
    assert firm("domain", "create", "CABINET1").returncode == 1
    assert make_dossier(firm).returncode == 1


@pytest.mark.parametrize(
    "more",
    [
        ("--siret", "07955542100028"),
        ("--fiscal-year", "2024"),
        ("--fiscal-year", "2024-12-31:2024-01-01"),
    ],
)
def test_a_dossier_that_cannot_be_is_refused_with_2(firm, more):
    done = make_dossier(firm, *more, code="OTHER")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert len(json.loads(firm("dossier", "list", "--json").stdout)) == 1


def test_a_dossier_code_of_two_domains_needs_the_domain(firm):
    firm("domain", "create", "CABINET2")
    firm("dossier", "create", "CEGID003", "--domain", "CABINET2", "--siren", "079555421")
    ambiguous = firm("dossier", "show", "CEGID003")
    assert ambiguous.returncode == 2
    assert "--domain" in ambiguous.stderr
    named = firm("dossier", "show", "CEGID003", "--domain", "CABINET2", "--json")
    assert json.loads(named.stdout)["domain"] == "CABINET2"


def test_a_key_is_shown_once_and_can_be_revoked(firm):
    made = json.loads(
        firm("key", "create", "--domain", "CABINET1", "--dossier", "CEGID003", "--json").stdout
    )
    key, _, secret = made["apiKey"].partition(":")
    assert secret
    listed = firm("key", "list", "--json").stdout
    assert secret not in listed
    (one,) = json.loads(listed)
    rights = ["read", "import", "withdraw"]
    assert (one["key"], one["dossiers"], one["rights"]) == (key, ["CEGID003"], rights)
    assert made["rights"] == rights
    assert firm("key", "revoke", key).returncode == 0
    assert json.loads(firm("key", "list", "--json").stdout)[0]["revokedAt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("dossier", "show", "NOBODY"),
        ("key", "create", "--domain", "NOBODY"),
        ("key", "create", "--domain", "CABINET1", "--rights", "read,everything"),
        ("key", "create", "--domain", "CABINET1", "--dossier", "NOBODY"),
        ("key", "revoke", "0123"),
        ("status", "00000000-0000-0000-0000-000000000000"),
        ("balance", "--dossier", "NOBODY"),
        ("import", "absent.txt", "--dossier", "CEGID003"),
    ],
)
def test_what_does_not_exist_is_one_sentence_and_2(firm, arguments):
    done = firm(*arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_config_tells_where_each_setting_came_from_and_hides_secrets(ecritures, tmp_path):
    (tmp_path / "ecritures.toml").write_text("interruptions_max = 7\nport = 1\n")
    done = ecritures(
        *("config", "--json"),
        ECRITURES_PORT="9000",
        ECRITURES_SUBSCRIPTION_KEYS='["hush-one"]',
        ECRITURES_DATABASE_URL="postgresql://user:hush-two@host/base",
        ECRITURES_STORAGE_OPTIONS='{"account_key": "hush-three"}',
        ECRITURES_DEPOSIT_SECRET="hush-four",
    )
    found = {one["name"]: one for one in json.loads(done.stdout)["settings"]}
    assert (found["port"]["value"], found["port"]["origin"]) == (9000, "env")
    assert (found["interruptions_max"]["value"], found["interruptions_max"]["origin"]) == (
        7,
        "file",
    )
    assert found["host"]["origin"] == "default"
    assert "hush" not in done.stdout


def test_a_setting_that_is_not_one_is_told_with_2(ecritures):
    done = ecritures("config", ECRITURES_PORT="many")
    assert done.returncode == 2
    assert "ECRITURES_PORT" in done.stderr


@pytest.mark.parametrize("url", ["oracle://host/base", "sqlite:////proc/none/ecritures.db"])
def test_a_database_that_cannot_be_reached_leaves_with_3(ecritures, url):
    done = ecritures("domain", "list", ECRITURES_DATABASE_URL=url)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)


def test_the_doctor_finds_a_fresh_installation_fine(ecritures):
    done = ecritures("doctor", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"]) == (0, True)
    names = {one["name"] for one in found["checks"]}  # without a database, nothing that is in it
    assert names == {"versions", "sqlite", "data", "disk", "database", "storage", "clock"}


def test_the_doctor_looks_at_the_storage(ecritures):
    done = ecritures("doctor", ECRITURES_STORAGE_URL="ftp://files.example")
    assert done.returncode == 1
    assert re.search(r"À CORRIGER +storage: .*ECRITURES_STORAGE_URL", done.stdout)


def test_the_doctor_tells_what_to_do_and_leaves_with_1(ecritures):
    done = ecritures("doctor", ECRITURES_DATA_DIR="/proc/none")
    assert done.returncode == 1
    assert re.search(r"À CORRIGER +data: .*ECRITURES_DATA_DIR", done.stdout)

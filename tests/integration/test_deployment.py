"""The files that deploy the service name commands, options and settings that exist, and work."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import httpx2
import pytest
import yaml
from typer.main import get_command

from ecritures.cli.app import app
from ecritures.config.settings import Settings
from ecritures.database import Database
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from ecritures.sources.storage import ObstoreStorage
from helpers.faulty_server import FaultyServer, whole
from helpers.fec import entries, fec
from helpers.paths import ROOT
from helpers.ports import free_port
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

SECONDS_MAX = 120
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
KUBERNETES = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8")))


def of_compose():
    for name, service in COMPOSE["services"].items():
        if service.get("image") == "ecritures":
            yield f"compose {name}", service["command"], service["environment"]


def of_kubernetes():
    for one in KUBERNETES:
        for container in (
            one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])
        ):
            if container["image"] == "ecritures":
                given = {e["name"]: e.get("value", "secret") for e in container["env"]}
                yield f"kubernetes {container['name']}", container["args"], given


OURS = [*of_compose(), *of_kubernetes()]
each = pytest.mark.parametrize(
    ("command", "environment"), [one[1:] for one in OURS], ids=[one[0] for one in OURS]
)


def test_both_have_an_api_and_workers():
    assert [command[0] for _, command, _ in OURS] == ["serve", "worker"] * 2


@each
def test_commands_and_their_options_exist(command, environment):
    assert environment
    named = get_command(app).commands[command[0]]
    options = {name for parameter in named.params for name in parameter.opts}
    assert {part for part in command if part.startswith("--")} <= options


@each
def test_settings_exist_and_are_valid(command, environment, monkeypatch, tmp_path):
    assert command
    ours = {name: value for name, value in environment.items() if name.startswith("ECRITURES_")}
    fields = {f"ECRITURES_{name.upper()}" for name in Settings.model_fields}
    assert ours
    assert set(ours) <= fields
    for name, value in ours.items():
        monkeypatch.setenv(name, re.sub(r"\$[({]\w+(:\?)?[)}]", "secret", value))
    settings = Settings()
    assert settings.effective_database_url.startswith("postgresql://ecritures:secret@")
    ObstoreStorage.from_settings(settings.model_copy(update={"storage_url": str(tmp_path)}))


def test_processes_have_the_time_they_want_to_stop():
    wanted = 2 * Settings().stop_seconds_max  # the open requests, then the running imports
    pods = [one["spec"]["template"]["spec"] for one in KUBERNETES if one["kind"] == "Deployment"]
    assert [pod["terminationGracePeriodSeconds"] > wanted for pod in pods] == [True] * 2
    for name in ("api", "worker"):
        assert int(COMPOSE["services"][name]["stop_grace_period"].rstrip("s")) > wanted


def test_all_processes_share_one_storage():
    assert {environment["ECRITURES_STORAGE_URL"] for _, _, environment in OURS} == {"/storage"}
    assert all("ECRITURES_DEPOSIT_SECRET" in environment for _, _, environment in OURS)
    for name in ("api", "worker"):
        assert COMPOSE["services"][name]["volumes"] == ["storage:/storage"]
    for one in KUBERNETES:
        if one["kind"] == "Deployment":
            (container,) = one["spec"]["template"]["spec"]["containers"]
            assert {"name": "storage", "mountPath": "/storage"} in container["volumeMounts"]
    assert "/storage" in (ROOT / "Dockerfile").read_text("utf-8")


def test_kubernetes_waits_for_a_migration_and_mixes_neither_versions_nor_settings():
    deployments = [one["spec"] for one in KUBERNETES if one["kind"] == "Deployment"]
    assert [one["strategy"]["type"] for one in deployments] == ["Recreate"] * 2
    pods = [one["template"]["spec"] for one in deployments]
    # Of a service called ecritures, Kubernetes would make a variable ECRITURES_PORT.
    assert [pod["enableServiceLinks"] for pod in pods] == [False] * 2
    (api, _) = (pod["containers"][0] for pod in pods)
    assert api["startupProbe"]["periodSeconds"] * api["startupProbe"]["failureThreshold"] >= 600


def test_what_kubernetes_names_is_there():
    names = {(one["kind"], one["metadata"]["name"]) for one in KUBERNETES}
    text = (ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8")
    for host in re.findall(r"@([a-z-]+)/", text):
        assert ("Service", host) in names
    for claim in re.findall(r"claimName: ([a-z-]+)", text):
        assert ("PersistentVolumeClaim", claim) in names
    (secret,) = (one for one in KUBERNETES if one["kind"] == "Secret")
    assert set(re.findall(r"key: ([a-z-]+)", text)) == set(secret["stringData"])


def test_the_program_is_given_the_role_that_the_first_start_makes():
    script = (ROOT / "deploy" / "database.sh").read_text("utf-8")
    (copied,) = (one["data"] for one in KUBERNETES if one["kind"] == "ConfigMap")
    assert copied == {"ecritures.sh": script}
    assert (
        "./deploy/database.sh:/docker-entrypoint-initdb.d/ecritures.sh:ro"
        in (COMPOSE["services"]["database"]["volumes"])
    )
    given = COMPOSE["services"]["database"]["environment"]
    assert set(given) == {"POSTGRES_PASSWORD", "APPLICATION_PASSWORD"}  # no other superuser


def test_the_image_is_made_of_files_that_exist_and_runs_our_command():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists()
            assert f"!{name}" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert 'ENTRYPOINT ["ecritures"]' in text
    for name in re.findall(r"ECRITURES_(\w+)=", text):
        assert name.lower() in Settings.model_fields
    assert f"EXPOSE {Settings().port}" in text


def test_images_are_named_without_a_registry_and_those_of_others_with_a_version():
    images = [one["image"] for one in COMPOSE["services"].values()]
    images += re.findall(r"image: (\S+)", (ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8"))
    assert [name for name in images if "." in name.partition("/")[0]] == []
    assert [name for name in images if ":" not in name and name != "ecritures"] == []


def test_the_processes_of_compose_import_a_file_and_stop_when_told(tmp_path, postgresql):
    url = postgresql.url(postgresql.create_database(postgresql.template))
    database = Database(url).for_all_domains()
    domain = create_domain(database, "CABINET1")
    create_dossier(database, domain, code="CEGID003", name="", siren="079555421")
    key = create_key(database, domain)
    database.close()
    port = free_port()
    here = {
        "ECRITURES_DATABASE_URL": url,
        "ECRITURES_STORAGE_URL": str(tmp_path / "storage"),
        "ECRITURES_STORAGE_OPTIONS": "{}",
        "ECRITURES_DATA_DIR": str(tmp_path),
        "ECRITURES_PORT": str(port),
        "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "ecritures", *command],
            env=os.environ | environment | here,
            stdout=subprocess.DEVNULL,
        )
        for _, command, environment in of_compose()
    ]
    try:
        with (
            FaultyServer() as files,
            httpx2.Client(
                base_url=f"http://127.0.0.1:{port}", headers={"x-apikey": key}, trust_env=False
            ) as client,
        ):
            wait_until(lambda: is_ready(client), SECONDS_MAX)
            body = {"dossier": "CEGID003", "url": files.serve("/a.txt", whole(fec(entries(3))))}
            asked = client.post("/v1/imports", json=body).json()
            wait_until(
                lambda: client.get(f"/v1/imports/{asked['id']}").json()["status"] > 2, SECONDS_MAX
            )
            ended = client.get(f"/v1/imports/{asked['id']}").json()
        assert (ended["status"], ended["lines"]) == (3, 6), json.dumps(ended)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(SECONDS_MAX) for process in processes] == [0, 0]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def is_ready(client):
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False

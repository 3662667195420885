"""Clients generated from the description: they have good names, and work."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from ecritures.api.app import create_app
from helpers.node import NODE
from helpers.paths import ROOT

GENERATOR = ROOT / ".cache/openapi-python-client/bin"
TYPES = ROOT / ".cache/openapi-typescript/node_modules"

PYTHON_CALLS = """
import inspect, sys
from ecritures_client import AuthenticatedClient
from ecritures_client.api.api_import_ecritures import import_fec
from ecritures_client.api.imports import create_import, get_import
from ecritures_client.api.ledger import download_attachment
from ecritures_client.models import ErrorEnvelope, ImportFecBody, ImportView, NewImport, Problem

address, key = sys.argv[1:]
client = AuthenticatedClient(address, key, prefix="", auth_header_name="x-apikey")
made = create_import.sync(
    client=client, body=NewImport(dossier="CEGID003", url="https://files.example/a.txt")
)
assert isinstance(made, ImportView)
assert get_import.sync(made.id, client=client).status == 1
refused = create_import.sync(client=client, body=NewImport(dossier="INCONNU", url="https://b.example/"))
assert isinstance(refused, Problem) and refused.code == "dossier-unknown"
wrong = import_fec.sync(client=client, body=ImportFecBody(code_ibs="CEGID003"))
assert isinstance(wrong, ErrorEnvelope) and wrong.error.code == "source-missing"
absent = download_attachment.sync("CEGID003", "1-1", client=client)
assert isinstance(absent, Problem) and absent.code == "attachment-unknown"
assert "File(" in inspect.getsource(download_attachment)  # what is downloaded is given
print(made.id)
"""
TYPESCRIPT_USE = """
import type { components, operations, paths } from "./schema";

const wanted: components["schemas"]["NewImport"] = {
  dossier: "CEGID003", url: "https://files.example/a.txt", dryRun: true,
};
type Answers = operations["createImport"]["responses"];
type Made = Answers["202"]["content"]["application/json"];
type Refused = Answers["422"]["content"]["application/problem+json"];
type Asked = operations["importFEC"]["requestBody"]["content"]["application/json"];
const asked: Asked = { codeIbs: "CEGID003", URI: "", URL: "https://files.example/a.txt" };
export const ended = (made: Made): boolean => made.status >= 3;
export const why = (refused: Refused): string => refused.code;
export const status: paths["/v1/imports/{import_id}"]["get"] extends object ? true : never = true;
export { asked, wanted };
"""


@pytest.fixture
def description(settings, database, tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(create_app(settings, database, lambda: None).openapi()))
    return path


def run(*command, folder):
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=os.environ | {"PATH": f"{GENERATOR}:{os.environ['PATH']}", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_python_client_is_generated_whole_and_calls_the_service(
    description, tmp_path, service, key
):
    generated = tmp_path / "generated"
    program = GENERATOR / "openapi-python-client"
    told = run(
        *(program, "generate", "--path", description, "--output-path", generated),
        folder=tmp_path,
    )
    assert "WARNING" not in told
    modules = {path.stem for path in (generated / "ecritures_client/api").rglob("*.py")}
    described = json.loads(description.read_text())
    assert len(modules - {"__init__"}) == sum(map(len, described["paths"].values()))
    assert [name for name in modules if not name.isascii()] == []
    made = run(GENERATOR / "python", "-c", PYTHON_CALLS, service.url, key, folder=generated)
    with service.client(key) as client:
        assert client.get(f"/v1/imports/{made.strip()}").json()["dossier"] == "CEGID003"


def test_types_for_typescript_are_generated_and_compile(description, tmp_path):
    run(
        *(NODE, TYPES / "openapi-typescript/bin/cli.js", description, "-o", "schema.ts"),
        *("--default-non-nullable", "false"),  # what has a default need not be given
        folder=tmp_path,
    )
    (tmp_path / "use.ts").write_text(TYPESCRIPT_USE)
    complaints = run(
        *(NODE, TYPES / "typescript/bin/tsc", "--strict", "--noEmit", "--target", "es2022"),
        *("--module", "nodenext", "--moduleDetection", "force", "use.ts"),
        folder=tmp_path,
    )
    assert complaints == ""

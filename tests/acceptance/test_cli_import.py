"""`ecritures import` and what it leaves behind; `serve` and `demo` as programs."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from helpers.ports import free_port

pytestmark = pytest.mark.timing

SECONDS_MAX = 60


@pytest.fixture
def program_settings():
    return {
        "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
        "ECRITURES_ATTEMPT_PAUSE_SECONDS": "0.05",
        "ECRITURES_ABSENT_GRACE_SECONDS": "0.2",
    }


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / SAMPLE_NAME
    path.write_bytes(sample_bytes())
    return path


@pytest.fixture
def file_server():
    """Return the address of a server whose `/sample…` is the sample, anything else a 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path.endswith(SAMPLE_NAME)
            body = sample_bytes() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_file_is_posted_and_can_be_read_back(firm, sample):
    done = firm("import", sample, "--dossier", "CEGID003", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (found["status"], found["dossier"], found["lines"]) == (3, "CEGID003", 300)
    assert (found["file"], found["anomalyCounts"]) == (SAMPLE_NAME, {})

    balance = json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)
    assert balance["debitCents"] == balance["creditCents"] == found["debitCents"]
    assert sum(one["balanceCents"] for one in balance["accounts"]) == 0
    promised = {"account", "label", "debitCents", "creditCents", "balanceCents"}
    assert promised < set(balance["accounts"][0])

    status = json.loads(firm("status", found["id"], "--json").stdout)
    assert (status["id"], status["status"], status["lines"]) == (found["id"], 3, 300)
    assert status["source"]["bytes"] == len(sample_bytes())
    assert [one["outcome"] for one in status["attempts"]] == ["done"]
    assert json.loads(firm("history", "--json").stdout) == [status]


def test_the_balance_can_be_bounded_by_dates(firm, sample):
    firm("import", sample, "--dossier", "CEGID003")
    bounds = ("--from", "2023-01-01", "--to", "2023-12-31")
    empty = json.loads(firm("balance", "--dossier", "CEGID003", *bounds, "--json").stdout)
    assert (empty["from"], empty["to"]) == ("2023-01-01", "2023-12-31")
    assert (empty["debitCents"], empty["creditCents"]) == (0, 0)
    assert firm("balance", "--dossier", "CEGID003").stdout.splitlines()[-1].strip()


@pytest.mark.parametrize("asked", [(), ("--by", "class"), ("--by", "third-party")])
def test_the_balance_of_an_empty_ledger_is_a_total_of_zero(firm, asked):
    done = firm("balance", "--dossier", "CEGID003", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].split() == ["Total", *["0,00"] * 4]


def test_an_address_is_downloaded_and_posted(firm, file_server):
    done = firm("import", f"{file_server}/{SAMPLE_NAME}", "--dossier", "CEGID003")
    assert done.returncode == 0
    assert "300 lignes" in done.stdout
    assert "terminé avec succès" in done.stdout
    assert "\r" not in done.stderr  # no bar where nobody looks


def test_a_file_that_is_not_there_ends_with_a_sentence_and_1(firm, file_server):
    done = firm("import", f"{file_server}/absent.txt", "--dossier", "CEGID003", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["status"]) == (1, 4)
    assert "absent.txt" in found["message"]
    assert (found["lines"], found["conforming"], found["anomalyCounts"]) == (None, None, {})


def test_a_file_with_a_blocking_anomaly_is_refused_and_nothing_is_posted(firm, sample):
    sample.write_bytes(sample_bytes().replace(b"219,32", b"219,33", 1))
    done = firm("import", sample, "--dossier", "CEGID003", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["status"], found["importable"]) == (1, 4, False)
    assert found["anomalies"]
    balance = json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)
    assert balance["accounts"] == []


def test_a_dry_run_posts_nothing(firm, sample):
    done = firm("import", sample, "--dossier", "CEGID003", "--dry-run", "--json")
    assert (done.returncode, json.loads(done.stdout)["lines"]) == (0, 300)
    balance = json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)
    assert balance["accounts"] == []


def test_a_dry_run_of_a_refused_file_is_done_and_found_something(firm, sample):
    sample.write_bytes(sample_bytes().replace(b"219,32", b"219,33", 1))
    done = firm("import", sample, "--dossier", "CEGID003", "--dry-run", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["status"], found["importable"]) == (1, 3, False)


def test_a_siret_that_is_not_the_dossiers_is_refused_with_2(firm, sample):
    done = firm("import", sample, "--dossier", "CEGID003", "--siret", "73282932000074")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_serve_answers_and_leaves_in_order_when_told_to(ecritures):
    with running(ecritures, "serve", "--port", "0", "--json") as service:
        address = read_document(service)["address"]
        with urllib.request.urlopen(f"{address}/readyz") as answer:  # noqa: S310 - our service
            assert answer.status == 200
        second = ecritures("serve", "--port", "0")
        assert (second.returncode, len(second.stderr.splitlines())) == (1, 1)
    assert service.returncode == 0


def test_a_port_that_is_taken_is_one_sentence(ecritures):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = ecritures("demo", "--port", taken.getsockname()[1])
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_the_demonstration_posts_its_sample_once_however_often_its_curl_line_is_pasted(
    ecritures, tmp_path
):
    first = demonstrate(ecritures, paste=True)
    second = demonstrate(ecritures)

    def ask(*arguments):
        return json.loads(ecritures(*arguments, "--json").stdout)

    assert first["status"] == second["status"] == 3
    assert first["apiKey"] == second["apiKey"]
    assert (tmp_path / "data" / "demo-key").stat().st_mode & 0o777 == 0o600
    assert len(ask("history")) == 3  # the first start's, and the line's that was pasted twice
    (tmp_path / SAMPLE_NAME).write_bytes(sample_bytes())
    assert (
        ask("balance", "--dossier", "CEGID003")["debitCents"]
        == (ask("check", SAMPLE_NAME)["debitCents"])
    )


def demonstrate(program, *, paste=False):
    port = free_port()
    with running(program, "demo", "--port", str(port), "--json") as service:
        shown = read_document(service)
        if paste:
            for _ in range(2):
                pasted = subprocess.run(
                    ["bash", "-c", shown["curl"]], capture_output=True, check=True
                )
                assert json.loads(pasted.stdout)["dossier"] == "CEGID003"
    return shown


@contextmanager
def running(program, *arguments):
    """Run a program that stays, until the end of the block."""
    with program.start(*arguments) as service:
        try:
            yield service
        finally:
            service.send_signal(signal.SIGTERM)
            try:
                service.wait(SECONDS_MAX)
            except subprocess.TimeoutExpired:
                service.kill()  # or leaving the block would wait for ever
                raise


def read_document(service):
    """Read the one JSON document that a command which stays writes at its start."""
    text = ""
    for line in iter(service.stdout.readline, ""):
        text += line
        if line == "}\n":
            return json.loads(text)
    pytest.fail(f"the program has ended: {text}")


def test_the_policies_of_an_import_are_options(firm, sample):
    options = ("--unbalanced", "difference", "--difference-cents", "0", "--duplicates", "allow")
    more = ("--lookalikes", "refuse", "--late-entries", "first-open-day")
    done = firm("import", sample, "--dossier", "CEGID003", *options, *more, "--json")
    assert done.returncode == 0
    shown = json.loads(firm("status", json.loads(done.stdout)["id"], "--json").stdout)
    asked = {
        name: one["value"] for name, one in shown["policies"].items() if one["from"] != "default"
    }
    assert asked == {
        "unbalanced": "difference",
        "differenceCents": 0,
        "duplicates": "allow",
        "duplicateEntries": "allow",
        "lookalikes": "refuse",
        "lateEntries": "first-open-day",
    }
    wrong = firm("import", sample, "--dossier", "CEGID003", "--difference-cents", "3")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    "options",
    [
        ("--replace", "2024-02-01:2024-02-29", "--replace", "2024"),
        ("--openings", "allow", "--openings=refuse"),
    ],
)
def test_an_option_that_has_one_value_is_refused_twice(firm, sample, options):
    refused = firm("import", sample, "--dossier", "CEGID003", *options)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"{options[0]} est donné plusieurs fois")
    assert json.loads(firm("history", "--json").stdout) == []


def test_journals_to_replace_may_be_several(firm, sample):
    options = ("--replace-journal", "VE", "--replace-journal", "HA", "--replace", "2024")
    done = firm("import", sample, "--dossier", "CEGID003", *options, "--dry-run")
    assert "plusieurs fois" not in done.stderr


def test_the_difference_of_a_dry_run_is_listed(firm, sample):
    firm("import", sample, "--dossier", "CEGID003")
    sample.write_bytes(sample_bytes().replace(b"Reprise des soldes", b"Report des soldes"))
    asked = ("import", sample, "--dossier", "CEGID003", "--replace-journal", "AN", "--dry-run")
    dry_run = json.loads(firm(*asked, "--json").stdout)
    told = json.loads(firm("difference", dry_run["id"], "--json").stdout)
    assert told["counts"]["changed"] == dry_run["impact"]["entries"]["changed"] == 1
    assert [one["journal"] for one in told["items"] if one["change"] == "changed"] == ["AN"]
    shown = firm("difference", dry_run["id"], "--change", "changed").stdout
    assert shown.splitlines()[1].startswith("modifiée")
    assert firm("difference", "inconnu").returncode == 2

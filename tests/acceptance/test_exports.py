"""The ledger of a dossier is given back, over HTTP and by command."""

from __future__ import annotations

import hashlib
import io
import json
from zipfile import ZipFile

import pytest

from ecritures.config.settings import Settings
from helpers.fec import entry, fec
from helpers.importing import Importing
from helpers.v1_calls import call, problem_of

DOSSIER = "/v1/dossiers/CEGID003"
FILE = fec([*entry(1), *entry(2, ValidDate=""), *entry(4)])
NAME = "079555421FEC20241231.txt"


@pytest.fixture
def ask(tmp_path, database, dossier, caller, service, key):
    importing = Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller)
    importing.post(FILE)

    def _ask(path, **query):
        return call(service, key, "GET", f"{DOSSIER}{path}", params=query)

    return _ask


class TestHttp:
    def test_answers_with_the_file_and_what_is_not_in_it(self, ask):
        answer = ask("/fec", year="2024", separator="pipe")

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert f'filename="{NAME}"' in answer.headers["content-disposition"]
        told = {name: answer.headers[f"ecritures-{name}"] for name in ("entries", "left-out")}
        assert told == {"entries": "2", "left-out": "1"}
        assert answer.headers["ecritures-complete"] == "false"
        assert answer.headers["ecritures-sha256"] == hashlib.sha256(answer.content).hexdigest()
        expected = fec([*entry(1), *entry(4)])
        assert answer.content == expected

    def test_answers_with_an_archive_of_the_file_and_its_description(self, ask):
        answer = ask("/fec", year="2024", answer="zip", drafts="include", lang="en")

        assert answer.headers["content-type"] == "application/zip"
        with ZipFile(io.BytesIO(answer.content)) as archive:
            file, description = archive.namelist()
            assert (file, archive.testzip()) == ("079555421FEC20241231-PROVISOIRE.txt", None)
            assert description == "079555421FEC20241231-PROVISOIRE-description.txt"
            assert "PROVISIONAL FILE" in archive.read(description).decode()

    def test_answers_with_what_is_said_of_the_file(self, ask):
        view = ask("/fec", year="2024", answer="json").json()

        assert (view["file"], view["leftOut"], view["provisional"]) == (NAME, 1, False)
        assert view["leftOutEntries"] == [{"journal": "HA", "number": "2", "date": "2024-01-15"}]
        gap = {"journal": None, "numbers": "2..3", "count": 2}
        assert view["gaps"] == [gap | {"causes": {"draft": 1, "absent": 1}}]
        assert len(view["head"]) == 64

    @pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "quadra", "sage-pnm", "cegid-csv"])
    def test_answers_in_other_forms(self, ask, form):
        answer = ask("/export", **{"as": form, "from": "2024-01-01", "to": "2024-12-31"})

        assert answer.status_code == 200
        assert answer.headers["ecritures-entries"] == "3"
        assert answer.content

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ({"year": "2024", "from": "2024-01-01"}, 422, "period-twice"),
            ({"from": "2024-02-01", "to": "2024-01-01"}, 422, "period-inverted"),
            ({"year": "24"}, 422, "year-invalid"),
            ({"year": "2022"}, 409, "export-empty"),
            ({"layout": "17"}, 422, "request-invalid"),
            ({"encoding": "utf-16"}, 422, "encoding-not-legal"),
            ({"nothing": "1"}, 422, "request-invalid"),
        ],
    )
    def test_refuses_with_a_sentence(self, ask, query, status, code):
        answer = ask("/fec", **query)

        assert (answer.status_code, problem_of(answer)["code"]) == (status, code)

    def test_gives_nothing_to_another_firm(self, ask, service, other_key):
        assert ask("/fec").status_code == 200
        assert call(service, other_key, "GET", f"{DOSSIER}/fec").status_code == 404


class TestCommand:
    @pytest.fixture
    def firm(self, firm, tmp_path):
        (tmp_path / NAME).write_bytes(FILE)
        done = firm("import", NAME, "--dossier", "CEGID003", "--json")
        assert done.returncode == 1, done.stdout + done.stderr  # a date is missing
        (tmp_path / "out").mkdir()
        return firm

    def test_writes_the_file_under_its_legal_name(self, firm, tmp_path):
        done = firm("export", "--dossier", "CEGID003", "--year", "2024", "-o", "out", "--json")

        assert done.returncode == 1  # an entry was left out
        view = json.loads(done.stdout)
        wanted = {"file", "description", "entries", "lines", "leftOut", "provisional", "sha256"}
        assert wanted | {"head"} <= view.keys()
        assert (view["entries"], view["lines"], view["leftOut"]) == (2, 4, 1)
        content = (tmp_path / view["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == view["sha256"]
        assert view["sha256"] in (tmp_path / view["description"]).read_text("utf-8")
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
            "079555421FEC20241231-description.txt",
            NAME,
        ]

    def test_never_takes_the_place_of_a_file_that_was_not_named(self, firm, tmp_path):
        options = ("--dossier", "CEGID003", "--year", "2024", "-o")
        refused = firm("export", *options, ".")
        assert (refused.returncode, "existe déjà" in refused.stderr) == (1, True)
        assert (tmp_path / NAME).read_bytes() == FILE
        assert firm("export", *options, NAME).returncode == 1  # an entry was left out
        assert (tmp_path / NAME).read_bytes() != FILE

    def test_writes_what_is_asked_where_it_is_asked(self, firm, tmp_path):
        options = ("--as", "cegid-csv", "-o", "cegid.csv", "--encoding", "windows-1252")
        done = firm("export", "--dossier", "CEGID003", *options, "--lang", "en")

        assert done.returncode == 1  # the format has no place for the dates of validation
        assert "ValidDate: the format has no place for it (lines: 4)." in done.stdout
        first = (tmp_path / "cegid.csv").read_text("cp1252").splitlines()[0]
        assert first == "15012024;HA;607000;;D;120,00;Facture 1 à régler;F1"

    def test_says_what_is_wrong(self, firm):
        missing = firm("export", "--dossier", "CEGID003", "-o", "nowhere/file.txt")
        assert missing.returncode == 2
        assert "nowhere" in missing.stderr
        empty = firm("export", "--dossier", "CEGID003", "--year", "2019", "-o", "out")
        assert empty.returncode == 1
        assert "aucune écriture" in empty.stderr or "no entry" in empty.stderr
        assert firm("export", "--dossier", "CEGID003", "--as", "pdf", "-o", "out").returncode == 2

"""Write docs/reference from the code; with --check, fail when the pages are out of date.

The reference is in English; the command itself speaks French first.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ |= {"ECRITURES_LANG": "en", "COLUMNS": "80"}  # before the commands are imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

REFERENCE = Path(__file__).parent / "reference"
REFUSALS = Path(__file__).parents[1] / "src/ecritures/api/http/refusals.json"
NOTE = "<!-- Written by docs/generate.py (make docs): change the code, not this page. -->\n"


def pages() -> dict[str, str]:
    """Return every page of the reference: name → text."""
    return {
        "command-line.md": _command_line(),
        "settings.md": _settings(),
        "rules.md": _rules(),
        "errors.md": _errors(),
        "views.md": _views(),
        "openapi.json": _openapi(),
        "import-model.md": _import_model_keys(),
        "built-in-models.md": _built_in_models(),
        "import-model.schema.json": _import_model(),
    }


def commands() -> Iterator[tuple[str, str]]:
    """Yield every command with its help, groups before their commands."""
    from typer.main import get_command

    from ecritures.cli.app import app

    yield from _helps("ecritures", get_command(app))


def _helps(name: str, command: Any) -> Iterator[tuple[str, str]]:
    context = command.make_context(name, [], resilient_parsing=True)
    yield name, command.get_help(context)
    for child, held in sorted(getattr(command, "commands", {}).items()):
        yield from _helps(f"{name} {child}", held)


def _command_line() -> str:
    parts = [f"{NOTE}# Command line\n"]
    parts += [f"## `{name}`\n\n```text\n{text.strip()}\n```\n" for name, text in commands()]
    return "\n".join(parts)


def _settings() -> str:
    from ecritures.config.settings import SETTINGS_FILE, Settings

    lines = [
        f"{NOTE}# Settings\n",
        "Each is an environment variable;",
        "or a key of the same name, in lower case and without `ECRITURES_`,",
        f"in `{SETTINGS_FILE}` of the working directory.",
        "The environment wins; an empty variable counts as absent.\n",
        'In a variable, a list is written `a,b` or as JSON, `["a", "b"]`; a dictionary',
        '`name=value,name=value` or `{"name": "value"}`. A value with a comma needs JSON.',
        'In the file, both are TOML: `["a", "b"]`, `{name = "value"}`.\n',
        "A value that is not valid, or an unknown name in the file, ends a command with a sentence",
        "and exit code 2; an unknown variable `ECRITURES_…` is reported and ignored.\n",
        "| Setting | Default | What it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = json.dumps(default, default=str)
        lines.append(f"| `ECRITURES_{name.upper()}` | `{shown}` | {field.description} |")
    lines.append("| `ECRITURES_LANG` | `fr` | Language of the command line: `fr` or `en`. |")
    return "\n".join(lines) + "\n"


def _rules() -> str:
    from ecritures.rules.catalogue import RULES

    lines = [
        f"{NOTE}# Rules\n",
        "`error` is a breach of the law: the file does not conform.",
        "*Blocks*: the books cannot be posted faithfully, so the file is refused.",
        "The two verdicts are independent.\n",
        "| Code | Severity | Blocks | French | English | Source |",
        "|---|---|---|---|---|---|",
    ]
    for rule in RULES.values():
        cells = (
            f"`{rule.code}`",
            str(rule.severity),
            "yes" if rule.blocks else "",
            rule.fr,
            rule.en,
            rule.source,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _errors() -> str:
    from error_codes import error_codes

    lines = [
        f"{NOTE}# Errors\n",
        "The codes of what stops an operation. Rely on the code: sentences may change.",
        "`/v1` answers with a problem of RFC 9457, which has the `code` and both sentences.",
        "The Loop-compatible routes answer with the vendor's envelope, and with 400 where this",
        "table says 422 (POST routes: see `ECRITURES_REFUSAL_STATUS`).",
        "A command writes the sentence to standard error.",
        "A code without HTTP status and exit code is a warning, or the message of an import or of",
        "one of its attempts. `{…}` stands for what is filled in.\n",
        "| Code | HTTP | Exit | French | English |",
        "|---|---|---|---|---|",
    ]
    for code, error in error_codes().items():
        cells = (
            f"`{code}`",
            ", ".join(map(str, sorted(error.statuses))),
            ", ".join(map(str, sorted(error.exit_codes))),
            "<br>".join(fr for fr, _ in error.sentences),
            "<br>".join(en for _, en in error.sentences),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _views() -> str:
    from ecritures.database.views import views

    parts = [
        f"{NOTE}# Views for reading\n",
        "How to use them: [read the ledgers with your own tools](../how-to/analyse.md).",
        "On SQLite, dates are texts (`2024-12-31`) and booleans 0 or 1.\n",
    ]
    for view in views.tables.values():
        parts += [f"## `{view.name}`\n", f"{view.comment}\n", "| Column | Type | What it is |"]
        parts.append("|---|---|---|")
        for column in view.c:
            kind = str(column.type).lower().replace("varchar", "text")
            parts.append(f"| `{column.name}` | {kind} | {column.comment} |")
        parts.append("")
    return "\n".join(parts)


def _import_model() -> str:
    from ecritures.formats.layouts.schema import import_model_schema

    return json.dumps(import_model_schema(), ensure_ascii=False, indent=2) + "\n"


def _import_model_keys() -> str:
    from import_model_page import import_model_page

    return f"{NOTE}{import_model_page()}"


def _built_in_models() -> str:
    from ecritures.formats.layouts.builtin import builtin_model, builtin_names

    lines = [
        f"{NOTE}# Built-in models\n",
        "`ecritures model show NAME` gives the description and the source of each, in French.\n",
        "The grade says how well the layout is known. **A**: from the publisher's own description",
        "or the program's source code. **B**: from independent programs that agree, or from real",
        "files. **C**: from a single third-party program or description; try it on a file of your",
        "own first. Models without a grade are our own and imitate no program.\n",
        "| Name | What it reads | Kind | Grade |",
        "|---|---|---|---|",
    ]
    for name in builtin_names():
        if (model := builtin_model(name)) is None:
            continue
        grade = re.findall(r"fiabilité : ([ABC])\.$", " ".join(model.description.split()))
        lines.append(f"| `{name}` | {model.title} | {model.input.kind} | {''.join(grade)} |")
    return "\n".join(lines) + "\n"


def _openapi() -> str:
    with _app() as app:
        return json.dumps(app.openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _refusals() -> str:
    from refusals import refusals

    with _app() as app:
        return json.dumps(refusals(app), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@contextmanager
def _app() -> Iterator[FastAPI]:
    from tempfile import TemporaryDirectory

    from ecritures.api.app import create_app
    from ecritures.config.settings import Settings
    from ecritures.database import Database

    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/unused.db")
        yield create_app(Settings(), database, lambda: None)
        database.close()


def _written(texts: Mapping[Path, str], *, check: bool) -> list[str]:
    """Write files, unless they are only to be compared; return the names of those that differ."""
    stale = []
    for path, text in texts.items():
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(path.name)
            if not check:
                path.write_text(text, "utf-8")
    return stale


def main() -> int:
    """Write the pages, or compare them with the files."""
    check = "--check" in sys.argv
    # The description of the API is made of the refusals: they are written first.
    stale = _written({REFUSALS: _refusals()}, check=check)
    stale += _written({REFERENCE / name: text for name, text in pages().items()}, check=check)
    if check and stale:
        sys.stderr.write(f"What is generated is out of date ({', '.join(stale)}): run make docs\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

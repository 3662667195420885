"""The output of a command: one JSON document, or lines for people."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from ecritures.cli.support.language import LANGUAGE, say
from ecritures.core.sentences import Language, pick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

AsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        help=say("Un document JSON sur la sortie standard.", "One JSON document on stdout."),
    ),
]
Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        envvar="ECRITURES_LANG",
        show_default=False,
        help=say("Langue des phrases.", "Language of messages."),
    ),
]
DEFAULT_LANGUAGE = LANGUAGE

Style = Literal["bold", "soft", "red", "yellow", "blue", "green"]
_STYLES: Final[dict[Style, str]] = {
    "bold": "\x1b[1m",
    "soft": "\x1b[2m",
    "red": "\x1b[31m",
    "yellow": "\x1b[33m",
    "blue": "\x1b[34m",
    "green": "\x1b[32m",
}
_PLAIN: Final = "\x1b[0m"


class Output:
    """Standard output and standard error of one command.

    Args:
        as_json: One JSON document on standard output, and nothing else anywhere but errors.
        language: The language of every text.
    """

    def __init__(self, as_json: bool, language: Language = LANGUAGE) -> None:
        self.as_json = as_json
        self.language = language

    @property
    def shows_progress(self) -> bool:
        """Whether standard error is a terminal."""
        return not self.as_json and sys.stderr.isatty()

    def say(self, fr: str, en: str) -> str:
        """Return the text in the language of this command."""
        return pick(self.language, fr, en)

    def show(self, document: Any, for_people: Callable[[], Iterable[str]]) -> None:  # noqa: ANN401 - JSON
        """Write the document, or the lines for people.

        Args:
            document: Any JSON value, or a function that returns it.
            for_people: Returns the lines.
        """
        if self.as_json:
            document = document() if callable(document) else document
            ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
            lines: Iterable[str] = [json.dumps(document, ensure_ascii=ascii_only, indent=2)]
        else:
            lines = for_people()
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def paint(self, text: str, *styles: Style) -> str:
        """Colour a text, on a terminal that shows colours."""
        if not self.shows_colours or not styles:
            return text
        return "".join(_STYLES[style] for style in styles) + text + _PLAIN

    @property
    def shows_colours(self) -> bool:
        """Whether standard output is a terminal, and NO_COLOR is not set."""
        return not self.as_json and sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def note(self, line: str) -> None:
        """Report progress on standard error, unless the output is JSON."""
        if not self.as_json:
            sys.stderr.write(f"{line}\n")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    """Align columns for people."""
    cells = [list(head), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def note_next(cursor: str | None, out: Output) -> None:
    """Say how to ask for the page that follows, if there is one."""
    if cursor:
        out.note(
            out.say(f"Il y en a d'autres : --cursor {cursor}", f"There are more: --cursor {cursor}")
        )

"""The forms of report by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content

FormName = Literal["csv", "json", "xlsx", "html"]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of report."""

    name: FormName
    media_type: str


FORMS: Final[dict[str, Form]] = {
    form.name: form
    for form in (
        Form("csv", "text/csv; charset=utf-8"),
        Form("json", "application/json"),
        Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Form("html", "text/html; charset=utf-8"),
    )
}


def write_report(form: Form, content: Content, language: Language, target: BinaryIO) -> None:
    """Write a report in one form, holding little of it in memory."""
    if form.name == "csv":
        from ecritures.reports.as_csv import write
    elif form.name == "json":
        from ecritures.reports.as_json import write
    elif form.name == "xlsx":
        from ecritures.reports.as_xlsx import write
    else:
        from ecritures.reports.as_html import write
    write(content, language, target)

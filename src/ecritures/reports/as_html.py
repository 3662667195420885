"""The report as one self-contained page: no script, no external font or image."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined

from ecritures.core.amounts import count_text
from ecritures.core.sentences import pick
from ecritures.reports import charts
from ecritures.reports.findings import findings_by_weight, place_of
from ecritures.reports.grouping_words import grouping_sentence
from ecritures.reports.overview import file_name, reading
from ecritures.reports.words import (
    official_text,
    policy_sentence,
    remedy,
    repairs_offered,
    severity_word,
    title,
)
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content

DETAILS_MAX = 100
"""Of each rule: more rows would be too slow on a telephone; the other forms have them."""

_ENVIRONMENT = Environment(
    loader=PackageLoader("ecritures.reports", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(content: Content, language: Language, target: BinaryIO) -> None:
    """Write the page as a stream, one detail at a time."""
    statistics = content.summary.get("statistics") or {}
    page = _ENVIRONMENT.get_template("report.html.j2").stream(
        language=language,
        say=partial(pick, language),
        number=count_text,
        file_name=file_name(content),
        summary=content.summary,
        facts=reading(content, language),
        grouping=grouping_sentence(content.summary, language),
        repairs=repairs_offered(content.summary, language),
        policy=policy_sentence(content.summary, language),
        errors=content.severities[Severity.ERROR],
        blocking=content.blocking,
        weights=findings_by_weight(content, language, DETAILS_MAX),
        official=official_text(content.summary, language),
        place=partial(place_of, language=language),
        title=partial(title, language=language),
        remedy=partial(remedy, language=language),
        severity_word=partial(severity_word, language=language),
        months=charts.month_bars(statistics),
        classes=charts.class_bars(statistics, language),
        today=date.today().strftime("%d/%m/%Y"),  # noqa: DTZ011 - the reader's own day
    )
    page.enable_buffering(200)
    page.dump(target, encoding="utf-8", errors="replace")

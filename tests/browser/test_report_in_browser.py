"""The report page in a real browser: on a desk, on a telephone, on paper."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Request, expect, sync_playwright

from ecritures.reading.check import check_file
from ecritures.reading.content import content_of_report
from ecritures.reports.forms import FORMS, write_report
from helpers.fec import NAME, entries, fec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    rows = entries(30)
    rows[3]["Credit"] = "<script>document.title='hacked'</script>"
    rows[5]["EcritureDate"] = "x" * 300
    source, page = tmp_path / NAME, tmp_path / "report.html"
    source.write_bytes(fec(rows))
    with page.open("wb") as target:
        write_report(FORMS["html"], content_of_report(check_file(source)), "fr", target)
    return page


@pytest.mark.parametrize("width", [360, 1280])
def test_a_report_fits_the_screen_runs_nothing_and_asks_for_nothing(
    browser: Browser, report: Path, width: int
):
    asked: list[Request] = []
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - not a builtin
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    expect(page.get_by_text("Non importable")).to_be_visible()
    expect(page.get_by_role("img", name="Écritures par mois")).to_be_visible()
    assert page.title() == f"{NAME} · contrôle"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    assert len(asked) == 1


def test_a_report_can_be_printed(browser: Browser, report: Path):
    page = browser.new_page()
    page.goto(report.as_uri())
    assert page.pdf().startswith(b"%PDF")


def test_a_page_of_paper_has_tables_and_not_the_cards_of_a_telephone(
    browser: Browser, report: Path
):
    page = browser.new_page(viewport={"width": 680, "height": 980})  # A4, without its margins
    page.emulate_media(media="print")
    page.goto(report.as_uri())
    row = "getComputedStyle(document.querySelector('.summary tbody tr')).display"
    assert page.evaluate(row) == "table-row"
    assert page.evaluate("document.documentElement.scrollWidth") <= 680

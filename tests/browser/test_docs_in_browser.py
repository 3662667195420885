"""The page of the API in a real browser, with no network but the service itself."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from ecritures.imports.queries import get_import

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.database import Database
    from helpers.running_service import RunningService

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAGE_BYTES_MAX = 500_000
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser.new_page(viewport={"width": 1280, "height": 1400})
        browser.close()


def test_the_page_works_offline_and_asks_for_an_import(
    service: RunningService, key: str, database: Database, page: Page
):
    asked: list[Request] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - not a builtin
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{service.url}/docs")
    expect(page.get_by_role("heading", name="API", level=1)).to_be_visible()
    page.get_by_text("Python", exact=True).click()
    expect(page.get_by_text("import os, time, uuid, requests")).to_be_visible()

    page.get_by_role("button", name="Authorize").first.click()
    expect(page.get_by_role("main")).to_have_count(1)
    page.get_by_label("auth-api-key").or_(page.locator("#api_key_value")).first.fill(key)
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()

    route = page.locator("#operations-Api-import-ecritures-importFEC")
    route.locator(".opblock-summary-control").click()
    with page.expect_response("**/importFEC") as answered:
        route.get_by_role("button", name="Execute").click()
    import_id = json.loads(answered.value.body())["accountingImportRequestId"]
    expect(route.locator(".live-responses-table")).to_contain_text(import_id)
    assert get_import(database, import_id).dossier == "CEGID003"

    if picture := os.environ.get("SCREENSHOT"):
        page.screenshot(path=picture, full_page=True)
    weight = sum(one.sizes()["responseBodySize"] for one in asked if one.response())
    assert weight < PAGE_BYTES_MAX
    assert complaints == []
    assert {request.url.startswith((service.url, "data:")) for request in asked} == {True}

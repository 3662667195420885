"""Lettering in a real browser: lines are ticked, matched, and unmatched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from helpers.browsing import look

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WORDS = {
    "fr": {
        "match": "Lettrer",
        "partial": "Lettrage partiel",
        "unmatch": "Délettrer",
        "by": "à la main",
    },
    "en": {"match": "Match", "partial": "Partial lettering", "unmatch": "Unmatch", "by": "hand"},
}


def test_lines_are_ticked_matched_and_unmatched(page: Page):
    page.goto("/dossiers/CEGID003/lettering")
    words = WORDS[page.locator("html").get_attribute("lang") or ""]
    customers = page.locator(".tiers li")
    everybody = customers.count()
    customers.filter(has_text=re.compile(r"2\s(lignes|lines)")).get_by_role("link").click()
    expect(customers).to_have_count(everybody)
    lines = page.locator("#letter tbody tr")
    expect(lines).to_have_count(2)
    for box in lines.get_by_role("checkbox").all():
        box.check()
    expect(page.locator("[data-ticked]")).to_have_text("2")
    gap = page.locator("[data-gap]").inner_text()
    page.get_by_role("button", name=words["match"]).click()  # two invoices do not balance
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[data-ticked]")).to_have_text("2")
    expect(page.locator("[data-gap]")).to_have_text(gap)
    page.get_by_label(words["partial"]).check()
    page.get_by_role("button", name=words["match"]).click()

    group = page.get_by_role("row").filter(has_text=words["by"])
    expect(group).to_contain_text("AA")
    expect(lines).to_have_count(0)
    look(page, "lettered")
    group.get_by_role("button", name=words["unmatch"]).click()
    expect(lines).to_have_count(2)
    expect(group).to_have_count(0)
    expect(customers).to_have_count(everybody)

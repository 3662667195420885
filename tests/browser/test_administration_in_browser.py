"""The administration in a real browser: somebody is invited; a key is made, shown once, revoked."""

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
        "invite": "Inviter",
        "done": "C’est fait",
        "never": "jamais",
        "new_key": "Nouvelle clé",
        "create": re.compile("Créer la clé"),
        "name": "Nom",
        "revoke": re.compile("Révoquer"),
        "revoked": re.compile(r"1\sclé révoquée"),
    },
    "en": {
        "invite": "Invite",
        "done": "Done",
        "never": "never",
        "new_key": "New key",
        "create": re.compile("Create the key"),
        "name": "Name",
        "revoke": re.compile("Revoke"),
        "revoked": re.compile(r"\d\srevoked keys?"),
    },
}


def words(page: Page) -> dict[str, str | re.Pattern[str]]:
    return WORDS[page.locator("html").get_attribute("lang") or ""]


def test_somebody_is_invited_by_an_address_shown_once(page: Page):
    page.goto("/admin/people")
    said = words(page)
    email = f"maud.{page.locator('html').get_attribute('lang')}@orvane.example"
    page.locator("#email").fill(email)
    page.get_by_role("button", name=said["invite"], exact=True).click()
    expect(page.locator("#secret")).to_contain_text("/invitation/")
    look(page, "invited")
    page.get_by_role("link", name=said["done"]).click()
    expect(page.locator("#secret")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text=email)).to_contain_text(str(said["never"]))


def test_a_key_is_made_shown_once_and_revoked(page: Page):
    page.goto("/admin/keys")
    said = words(page)
    name = f"Caisse {page.locator('html').get_attribute('lang')}"
    page.get_by_role("link", name=said["new_key"]).click()
    page.get_by_label(said["name"], exact=True).fill(name)
    page.locator("[name=right-read]").check()
    look(page, "new-key")
    page.get_by_role("button", name=said["create"]).click()
    expect(page.locator("#secret")).to_contain_text(":")
    page.get_by_role("link", name=said["done"]).click()
    expect(page.locator("#secret")).to_have_count(0)
    made = page.get_by_role("row").filter(has_text=name)
    expect(made).to_contain_text(str(said["never"]))
    look(page, "keys")
    made.get_by_role("link", name=said["revoke"]).click()
    look(page, "revoke")
    page.locator("main").get_by_role("button", name=said["revoke"]).click()
    expect(page.get_by_text(said["revoked"]).first).to_be_visible()
    expect(made.get_by_role("link", name=said["revoke"])).to_have_count(0)

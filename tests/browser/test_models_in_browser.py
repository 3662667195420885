"""A model is made of a sample in a real browser: dropped, corrected, tried, stored, compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from helpers.browsing import fits_a_phone, look

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAMPLE = """Date;Compte;Caisse;Texte;Montant;Sens
15/01/2024;531000;C1;Espèces;412,60;D
15/01/2024;707000;C1;Recette du jour;412,60;R
16/01/2024;531000;C1;Espèces;80,00;D
16/01/2024;707000;C1;Recette du jour;80,00;R
"""
WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "credit": "R au crédit",
        "read": "L’échantillon se lit en entier et s’équilibre.",
        "column": "Que contient la colonne Caisse ?",
        "show": "Voir l’effet",
        "save": "Enregistrer la version {}",
        "version": "version {}",
        "compare": "Comparer à la version 1",
        "export": "Exporter la version 2",
        "guessed": "deviné",
    },
    "en": {
        "credit": "R is credit",
        "read": "The whole sample is read, and balances.",
        "column": "What is column Caisse?",
        "show": "Show the effect",
        "save": "Save version {}",
        "version": "version {}",
        "compare": "Compare with version 1",
        "export": "Export version 2",
        "guessed": "guessed",
    },
}


def drop(page: Page, name: str, content: str) -> None:
    """Drop a file on the page, as the desktop does."""
    carried: Any = page.evaluate_handle(
        """([name, content]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([content], name, { type: "text/csv" }));
            return carried;
        }""",
        [name, content],
    )
    page.dispatch_event("[data-drop-sample]", "drop", {"dataTransfer": carried})


def test_a_model_is_made_of_a_sample_and_its_versions_are_compared(page: Page):
    page.goto("/models/new")
    language = page.locator("html").get_attribute("lang") or ""
    words, name = WORDS[language], f"Caisse {language}"
    look(page, "model-new")
    drop(page, "caisse.csv", SAMPLE)
    expect(page.locator(".roles")).to_contain_text(words["guessed"])
    look(page, "model-guessed")

    page.get_by_role("button", name=words["credit"]).click()
    expect(page.locator(".confirm")).to_contain_text(words["read"])
    column = page.get_by_label(words["column"])
    column.select_option("pieceRef")  # the effect shows at once
    expect(page.locator("#set-journal")).to_be_visible()
    expect(page.locator("[aria-labelledby=h-e] tbody tr").first).to_contain_text("C1")
    page.locator("#set-name").fill(name)
    page.locator("#set-journal").fill("CA")  # while the effect of the name is being made
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("#set-journal")).to_have_value("CA")
    page.get_by_role("button", name=words["show"]).click()
    expect(page.locator("[aria-labelledby=h-e] tbody tr").first).to_contain_text("CA")
    expect(page.locator("h1")).to_contain_text(name)
    look(page, "model-tried")
    assert fits_a_phone(page)

    page.get_by_role("button", name=words["save"].format(1)).click()
    expect(page.locator("h1")).to_contain_text(words["version"].format(1))
    page.locator("#set-journal").fill("VE")
    page.get_by_role("button", name=words["save"].format(2)).click()
    expect(page.locator("h1")).to_contain_text(words["version"].format(2))
    look(page, "model-stored")

    page.get_by_role("link", name=words["compare"]).click()
    expect(page.locator("del")).to_have_text("CA")
    expect(page.locator("ins")).to_have_text("VE")
    look(page, "model-compared")
    assert fits_a_phone(page)
    with page.expect_download() as exported:
        page.get_by_role("link", name=words["export"]).click()
    assert exported.value.suggested_filename == f"{name}.yaml"
    assert "constant: VE" in exported.value.path().read_text(encoding="utf-8")

    page.go_back()
    with page.expect_download() as exported:
        page.get_by_role("link", name="JSON").click()
    assert json.loads(exported.value.path().read_bytes())["name"] == name

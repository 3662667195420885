"""The pages in a real browser, on a real service: each flow once, in French and in English.

Screenshots are kept in `tests/browser/shots`; axe looks at every page that a flow shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from helpers.browsing import fits_a_phone, look
from helpers.fec import fec, line

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

WORDS = {
    "fr": {
        "number": 901,
        "import": "Importer",
        "confirm": re.compile("Importer Ctrl"),
        "posted": "Importé",
        "refused": "Refusé",
        "mend": "Corriger",
        "mended": re.compile("Voir l’aperçu du fichier corrigé"),
        "undo": "Annuler l’import",
        "undo_this": "Annuler cet import",
        "undone": "Annulé",
        "balance": "Voir la balance",
    },
    "en": {
        "number": 902,
        "import": "Import",
        "confirm": re.compile("Import Ctrl"),
        "posted": "Imported",
        "refused": "Refused",
        "mend": "Mend",
        "mended": re.compile("Preview the mended file"),
        "undo": "Undo the import",
        "undo_this": "Undo this import",
        "undone": "Undone",
        "balance": "See the trial balance",
    },
}


def words(page: Page) -> dict[str, Any]:
    return WORDS[page.locator("html").get_attribute("lang") or ""]


def sales(number: int, *, wrong: bool = False) -> bytes:
    """A FEC of one sale in 2024; wrong: an amount has a decimal point."""
    day = {"EcritureDate": "20240305", "PieceDate": "20240305", "ValidDate": "20240331"}
    return fec(
        [
            line(number, "411000", "120.00" if wrong else "120,00", "0,00", **day),
            line(number, "706000", "0,00", "120,00", **day),
        ]
    )


def test_a_file_is_dropped_previewed_imported_found_and_undone(page: Page, tmp_path: Path):
    page.goto("/")
    number = words(page)["number"]
    file = tmp_path / f"vente-{number}-079555421FEC20241231.txt"
    file.write_bytes(sales(number))
    look(page, "home")
    page.get_by_role("link", name=words(page)["import"], exact=True).first.click()
    look(page, "import")
    page.locator("input[type=file]").set_input_files(file)
    row = page.locator("#queue li").filter(has_text=file.name)
    row.locator("a[href$='/preview']").click()
    look(page, "preview")
    page.get_by_role("button", name=words(page)["confirm"]).click()
    expect(page.get_by_text(words(page)["posted"], exact=True).first).to_be_visible()
    look(page, "imported")
    assert fits_a_phone(page)
    address = page.url

    page.get_by_role("link", name=words(page)["balance"]).click()
    look(page, "balance")
    page.get_by_role("link", name="706000", exact=True).click()
    look(page, "ledger")
    page.get_by_role("row").filter(has_text="120").get_by_role("link").first.click()
    look(page, "entry")
    expect(page.locator("tfoot")).to_contain_text("120")

    page.goto(address)
    page.get_by_role("link", name=words(page)["undo"], exact=True).click()
    look(page, "undo")
    page.get_by_role("button", name=words(page)["undo_this"]).click()
    expect(page.get_by_text(words(page)["undone"], exact=True).first).to_be_visible()
    look(page, "undone")


def test_a_refused_file_is_understood_mended_and_imported(page: Page, tmp_path: Path):
    page.goto("/imports/new")
    number = words(page)["number"] + 10
    file = tmp_path / f"vente-{number}-079555421FEC20241231.txt"
    file.write_bytes(sales(number, wrong=True))
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#queue li").filter(has_text=file.name).get_by_role("link").click()
    expect(page.locator("#FEC-MNT-01")).to_contain_text("120.00")
    expect(page.locator("#FEC-MNT-01 .cells .cell-bad")).to_have_text("120.00")
    look(page, "refused")
    page.get_by_role("link", name=words(page)["mend"], exact=True).click()
    look(page, "mend")
    page.get_by_role("button", name=words(page)["mended"]).click()
    page.get_by_role("button", name=words(page)["confirm"]).click()
    expect(page.get_by_text(words(page)["posted"], exact=True).first).to_be_visible()


def test_a_file_without_a_dossier_stays_until_it_is_removed(page: Page, tmp_path: Path):
    page.goto("/imports/new")
    file = tmp_path / f"999999999FEC2024123{words(page)['number'] % 2}.txt"
    file.write_bytes(sales(1))
    page.locator("input[type=file]").set_input_files(file)
    row = page.locator("[data-uploads-list] li").filter(has_text=file.name)
    expect(row.locator("[data-ask]")).to_be_visible()
    page.reload()
    expect(row.locator("[data-ask]")).to_be_visible()
    row.locator("[data-remove]").click()
    expect(row).to_have_count(0)
    page.reload()
    expect(page.locator("[data-drop]")).to_be_visible()
    expect(row).to_have_count(0)


def test_what_is_wrong_is_in_sight_on_a_phone(page: Page, tmp_path: Path):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/imports/new")
    number = words(page)["number"] + 20
    file = tmp_path / f"vente-{number}-079555421FEC20241231.txt"
    lines = [line(number, "411000", "120,00", "0,00"), line(number, "706000", "0,00", "12x")]
    file.write_bytes(fec([one | {"EcritureDate": "20240231"} for one in lines]))
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#queue li").filter(has_text=file.name).get_by_role("link").click()
    expect(page.locator(".cells .cell-bad").first).to_be_visible()
    for cell in page.locator(".cells .cell-bad").all():
        inside = "(cell) => cell.getBoundingClientRect().right <= innerWidth"
        assert cell.evaluate(inside)
    page.get_by_role("link", name=words(page)["mend"], exact=True).click()
    day = page.locator("input[name='cell:2:EcritureDate']")
    assert day.evaluate("(field) => field.scrollWidth <= field.clientWidth")
    look(page, "mend-phone")
    assert fits_a_phone(page)


def test_an_entry_off_balance_is_balanced_in_suspense(page: Page, tmp_path: Path):
    page.goto("/imports/new")
    number = words(page)["number"] + 30
    file = tmp_path / f"vente-{number}-079555421FEC20241231.txt"
    file.write_bytes(sales(number).replace(b"0,00|120,00", b"0,00|100,00"))
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#queue li").filter(has_text=file.name).get_by_role("link").click()
    page.get_by_role("link", name=words(page)["mend"], exact=True).click()
    expect(page.locator("input[name='cell:3:Credit']")).to_have_value("100,00")
    look(page, "off-balance")
    page.locator("button[name=unbalanced]").click()
    page.wait_for_url("**/preview")
    expect(page.locator("tbody tr").filter(has_text="471")).not_to_have_count(0)
    look(page, "suspense")


def test_what_was_typed_comes_back_after_the_session_has_ended(page: Page):
    page.goto("/dossiers/CEGID003/settings")
    page.locator("#name").fill("Atelier Lumen et fils")
    over = {"name": "session", "value": "over", "domain": "127.0.0.1", "path": "/"}
    page.context.add_cookies([over])
    page.set_extra_http_headers({"x-forwarded-for": "192.0.2.7"})  # not let in by itself
    page.locator("#identity button").click()
    expect(page.locator("[data-typed]")).to_be_visible()
    page.set_extra_http_headers({})
    page.reload()
    expect(page.locator("#name")).to_have_value("Atelier Lumen et fils")
    expect(page.get_by_role("status")).to_be_visible()
    page.reload()
    expect(page.locator("#name")).to_have_value("Atelier Lumen")  # nothing was recorded


@pytest.mark.parametrize(
    "path",
    [
        "imports",
        "dossiers",
        "dossiers/new",
        "search?q=abonnement",
        "account",
        "dossiers/CEGID003/balance?columns=months",
        "dossiers/CEGID003/ledger",
        "dossiers/CEGID003/journals",
        "dossiers/CEGID003/entries",
        "dossiers/CEGID003/sections",
        "dossiers/CEGID003/lettering",
        "dossiers/CEGID003/aged",
        "dossiers/CEGID003/charts",
        "dossiers/CEGID003/fiscal-years",
        "dossiers/CEGID003/audit?verify=1",
        "dossiers/CEGID003/export",
    ],
)
def test_every_place_is_readable_on_a_phone_and_in_the_dark(browser: Browser, demo: str, path: str):
    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(
            base_url=demo,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale="fr-FR",
        )
        page = context.new_page()
        answer = page.goto(f"/{path}")
        assert answer is not None
        assert answer.status == 200
        look(page, f"{re.sub(r'[^a-z]+', '-', path.lower())}-{width}")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0, (path, width)
        context.close()


def test_letters_go_to_places_and_a_question_mark_lists_them(page: Page):
    page.goto("/dossiers/CEGID003/balance")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/ledger*")
    page.keyboard.press("/")
    expect(page.locator(".bar input[type=search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_queue_asks_which_lines_make_an_entry(page: Page, tmp_path: Path):
    page.goto("/imports/new")
    account = words(page)["number"]
    rows = [
        line("", "615500", "249,00", PieceRef="A77", CompteLib=str(account)),
        line("", "401000", "", "258,00", PieceRef="A77"),
        line("", "606400", "69,00", PieceRef="A79", EcritureDate="20240116"),
        line("", "401000", "", "60,00", PieceRef="A79", EcritureDate="20240116"),
    ]
    file = tmp_path / f"achats-{account}-079555421FEC20241231.txt"
    file.write_bytes(fec(rows))
    page.locator("input[type=file]").set_input_files(file)
    row = page.locator("#queue li").filter(has_text=file.name)
    row.locator("input[value=running-balance]").check()
    look(page, "grouping-asked")
    assert fits_a_phone(page)
    row.locator(".question button").click()
    expect(row).to_have_count(1)
    expect(row.locator("a[href$='/preview']")).to_be_visible()
    expect(row.locator(".question")).to_have_count(0)


def test_on_a_phone_the_filters_are_folded_behind_one_line(page: Page):
    page.goto("/dossiers/CEGID003/journals?fiscal-year=all&account=411*")
    filters, folded = page.locator("#filters"), page.locator("[popovertarget=filters]")
    expect(filters).to_be_visible()
    expect(folded).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 800})
    expect(filters).to_be_hidden()
    expect(folded).to_contain_text("(1)")
    expect(page.locator("tfoot td:visible")).to_have_count(2)  # debit and credit
    folded.click()
    look(page, "filters-on-a-phone")
    page.locator("#f-account").fill("512*")
    page.locator("#filters .btn").first.click()
    page.wait_for_url("**account=512*")
    expect(filters).to_be_hidden()
    assert fits_a_phone(page)


def test_what_the_preview_reads_again_pushes_nothing_away(page: Page, tmp_path: Path):
    page.goto("/imports/new")
    number = words(page)["number"] + 50
    file = tmp_path / f"vente-{number}-079555421FEC20241231.txt"
    file.write_bytes(sales(number))
    page.locator("input[type=file]").set_input_files(file)
    row = page.locator("#queue li").filter(has_text=file.name)
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/entries", hold)
    row.locator("a[href$='/preview']").click()
    below = page.locator("#h-bal")
    expect(below).to_be_visible()
    page.wait_for_timeout(500)
    before = below.bounding_box()
    (held,) = asked
    held.continue_()
    expect(page.locator("#first-lines table")).to_be_visible()
    expect(page.locator("#changes")).to_contain_text("120")
    assert below.bounding_box() == before

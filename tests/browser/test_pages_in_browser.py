"""The pages in a real browser, on a real service: each flow once, in French and in English.

Screenshots are kept in `tests/browser/shots`; axe looks at every page that a flow shows.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from helpers.fec import fec, line
from helpers.ports import free_port
from helpers.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SHOTS = Path(__file__).parent / "shots"
AXE = Path(__file__).parents[2] / ".cache" / "axe-core" / "node_modules" / "axe-core" / "axe.min.js"
READY_SECONDS_MAX = 90
SERIOUS = """async () => (await axe.run()).violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)"""
WORDS = {
    "fr": {
        "number": 901,
        "import": "Importer",
        "confirm": re.compile("Importer Ctrl"),
        "posted": "Importé",
        "refused": "Refusé",
        "mend": "Corriger",
        "mended": re.compile("Voir l’aperçu du fichier corrigé"),
        "undo": "Défaire",
        "undo_this": "Défaire cet import",
        "undone": "Défait",
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
        "undo": "Undo",
        "undo_this": "Undo this import",
        "undone": "Undone",
        "balance": "See the trial balance",
    },
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration: a service with a runner, where whoever opens it is signed in."""
    port, folder = free_port(), tmp_path_factory.mktemp("demo")
    program = Program(folder, {"ECRITURES_DATA_DIR": str(folder / "data")})
    process = program.start("demo", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=["fr", "en"])
def page(browser: Browser, service: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        base_url=service,
        viewport={"width": 1280, "height": 900},
        locale="fr-FR" if request.param == "fr" else "en-GB",
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.set_default_timeout(30_000)
    yield opened
    assert complaints == []
    context.close()


def _wait_until_ready(address: str) -> None:
    end = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < end:
        try:
            if httpx2.get(f"{address}/readyz").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("the demonstration has not started")


def look(page: Page, name: str) -> None:
    """Have axe look at a page, and keep what it looks like."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    language = page.locator("html").get_attribute("lang")
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{language}.png", full_page=True)
    assert page.evaluate(SERIOUS) == [], name


def fits_a_phone(page: Page) -> bool:
    """Tell whether a page is no wider than a small phone; what scrolls in itself may be."""
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size(before or {"width": 1280, "height": 900})
    return over <= 0


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
        "dossiers/CEGID003/lettering",
        "dossiers/CEGID003/aged",
        "dossiers/CEGID003/charts",
        "dossiers/CEGID003/fiscal-years",
        "dossiers/CEGID003/audit?verify=1",
        "dossiers/CEGID003/export",
    ],
)
def test_every_place_is_readable_on_a_phone_and_in_the_dark(
    browser: Browser, service: str, path: str
):
    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(
            base_url=service,
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

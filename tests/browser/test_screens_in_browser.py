"""Ten key screens look as they did: what a change of style breaks elsewhere is seen here.

`ECRITURES_RENEW_SCREENS=1 .venv/bin/pytest tests/browser/test_screens_in_browser.py` takes new
pictures, which are looked at before they are committed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from helpers.browsing import SHOTS
from helpers.fec import entry, fec, line
from helpers.paths import ROOT
from helpers.pictures import difference, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KEPT = ROOT / "tests" / "browser" / "screens"
RENEW = "ECRITURES_RENEW_SCREENS"
SHARE_MAX = 0.015
BOOKS = "/dossiers/CEGID003"
DAY = {"EcritureDate": "20240305", "PieceDate": "20240305", "ValidDate": ""}
REFUSED = fec(
    [
        *(line(950, "411000", "120.00", "0,00", **DAY), line(950, "706000", "0,00", "120,00")),
        *(line(951, "411000", "70,00", "0,00", **DAY), line(951, "706000", "0,00", "50,00", **DAY)),
    ]
)
PREVIEWED = fec([*entry(952, "240,00", **DAY), *entry(953, "36,60", **DAY)])
SCREENS = {
    "sign-in": "/sign-in",
    "home": "/",
    "dossier": f"{BOOKS}/settings",
    "balance": f"{BOOKS}/balance",
    "ledger": f"{BOOKS}/ledger?account=51202000",
    "entry": "entry",
    "lettering": f"{BOOKS}/lettering",
    "import": "refused",
    "mend": "mend",
    "preview": "preview",
}


@pytest.fixture(scope="module")
def screens(
    browser: Browser, demo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A page in French, signed in, where two files have been sent."""
    context = browser.new_context(base_url=demo, locale="fr-FR", color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(30_000)
    folder = tmp_path_factory.mktemp("screens")
    previewed = sent(page, folder / "ventes-079555421FEC20241231.txt", PREVIEWED)
    SCREENS["preview"] = f"{previewed}/preview"
    SCREENS["import"] = sent(page, folder / "caisse-079555421FEC20241231.txt", REFUSED)
    SCREENS["mend"] = f"{SCREENS['import']}/mend"
    page.goto(f"{BOOKS}/ledger?account=51202000")
    SCREENS["entry"] = str(page.locator("a[href*='/entries/']").first.get_attribute("href"))
    yield page
    context.close()


def sent(page: Page, file: Path, content: bytes) -> str:
    """Send a file, and return the address of its import."""
    file.write_bytes(content)
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(file)
    row = page.locator("#queue li").filter(has_text=file.name).get_by_role("link").first
    expect(row).to_be_visible()
    address = str(row.get_attribute("href")).removesuffix("/preview")
    page.goto(address)
    expect(page.locator("[data-live]")).to_have_count(0)
    return address


@pytest.mark.parametrize("name", SCREENS)
def test_a_key_screen_looks_as_it_did(screens: Page, name: str):
    if name == "sign-in":  # the demonstration lets in whoever comes through no proxy
        screens.context.clear_cookies()
    outside = {"x-forwarded-for": "192.0.2.7"} if name == "sign-in" else {}
    screens.set_extra_http_headers(outside)
    screens.goto(SCREENS[name])
    screens.wait_for_load_state("networkidle")
    taken, kept = picture(screens), KEPT / f"{name}.png"
    if os.environ.get(RENEW):
        taken.save(kept, optimize=True)
    share, where = difference(taken, Image.open(kept))
    if share > SHARE_MAX:
        SHOTS.mkdir(exist_ok=True)
        taken.save(SHOTS / f"{name}-taken.png")
        where.resize(taken.size).save(SHOTS / f"{name}-differs.png")
    assert share <= SHARE_MAX, f"{share:.1%} differs: see {SHOTS}/{name}-taken.png; or {RENEW}=1"

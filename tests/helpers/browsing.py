"""What a browser shows: its pictures, and what axe says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOTS = ROOT / "tests" / "browser" / "shots"
AXE = ROOT / ".cache" / "axe-core" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """async () => (await axe.run()).violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)"""


def look(page: Page, name: str) -> None:
    """Have axe look at a page, and keep what it looks like."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    language = page.locator("html").get_attribute("lang")
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{language}.png", full_page=True)
    assert page.evaluate(SERIOUS) == [], name


def fits_a_phone(page: Page) -> bool:
    """Return whether a page is no wider than a small phone; what scrolls in itself may be."""
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size(before or {"width": 1280, "height": 900})
    return over <= 0

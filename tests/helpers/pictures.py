"""Small pictures of pages: what a page looks like, whatever the fonts' edges and the clock."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZE = (1280, 1000)
KEPT = (640, 500)
GREYS = 16
COMPARED = (160, 125)
"""Each point is the mean of 8 × 8: the edges of letters are lost, their lines are not."""
DIFFERENT = 7
"""By how many of 255 greys a point of `COMPARED` is another."""

STEADY = r"""() => {
    const fixed = [
        [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, '00000000-0000-0000-0000-000000000000'],
        [/\b(?=[0-9a-f]*\d)[0-9a-f]{16,64}\b/g, (found) => '0'.repeat(found.length)],
        [/\b\d\d:\d\d(:\d\d)?\b/g, (found) => found.replace(/\d/g, '0')],
        [/\b\d+(,\d)?\s(s|min|Ko|o)\b/g, '0,0 s'],
        [/\b\d{6,}-\d+\b/g, '00000000-0'],
        [/\b\d{1,2}\s[a-zéû]+\s20(2[6-9]|[3-9]\d)\b/g, '1 janvier 2026'],
        [/\b\d\d\/\d\d\/20(2[6-9]|[3-9]\d)\b/g, '01/01/2026'],
    ];
    const steady = (text) => fixed.reduce((so, one) => so.replace(...one), text);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = steady(node.data);
        if (text !== node.data) node.data = text;
    }
    for (const field of document.querySelectorAll('input[type=date]')) {
        if (field.value >= '2026') field.value = '2026-01-01';
    }
    for (const live of document.querySelectorAll('[data-live], progress')) live.remove();
    document.activeElement?.blur();
}"""
"""Gives fixed values to what follows the clock: times, days of this year or later, numbers."""


def picture(page: Page) -> Image.Image:
    """Return what a page looks like, small and in a few greys."""
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    page.evaluate("() => document.fonts.ready")
    page.evaluate(STEADY)
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    small = taken.convert("L").resize(KEPT, Image.Resampling.BOX)
    return small.quantize(GREYS, dither=Image.Dither.NONE)


def difference(one: Image.Image, other: Image.Image) -> tuple[float, Image.Image]:
    """Return which share of two pictures differs, and where."""
    first, second = (_blurred(picture) for picture in (one, other))
    differs = ImageChops.difference(first, second).point(
        lambda grey: 255 if grey >= DIFFERENT else 0
    )
    return differs.histogram()[255] / (COMPARED[0] * COMPARED[1]), differs


def _blurred(picture: Image.Image) -> Image.Image:
    small = picture.convert("L").resize(COMPARED, Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(1))

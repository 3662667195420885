"""The browser is driven by the same Node on every machine; what several of its tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from helpers.node import NODE
from helpers.ports import free_port
from helpers.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session", autouse=True)
def _node():
    """Playwright's own Node needs a library that a small Debian does not have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(NODE))
        yield


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration: a service with a runner, where whoever opens it is signed in."""
    port, folder = free_port(), tmp_path_factory.mktemp("demo")
    program = Program(folder, {"ECRITURES_DATA_DIR": str(folder / "data")})
    process = program.start("demo", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    try:
        assert any(
            address in line for line in process.stdout or ()
        )  # it is reported when all is there
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
def page(browser: Browser, demo: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        base_url=demo,
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

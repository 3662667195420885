"""An OpenID Connect provider, really running: oidc-provider, on the Node of PyPI's package."""

from __future__ import annotations

import html
import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2

from helpers.node import NODE
from helpers.paths import ROOT
from helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = ROOT / ".cache/oidc-provider/node_modules/oidc-provider/lib/index.js"
SCRIPT = ROOT / "tests/helpers/oidc_provider.mjs"
CLIENT_ID, CLIENT_SECRET = "ecritures", "secret"
_ACTION = re.compile(r'action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="([^"]+)"')


@contextmanager
def oidc_provider(return_address: str) -> Iterator[str]:
    """Run a provider that sends browsers back to an address; its own address is the issuer."""
    assert LIBRARY.exists(), "oidc-provider is missing: run scripts/install-test-tools"
    port = free_port()
    command = [str(NODE), str(SCRIPT), str(LIBRARY), str(port), return_address]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            assert any(line.startswith("ready") for line in process.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def sign_in_there(address: str, email: str) -> str:
    """Do at the provider what a person does, and return the address that it sends back to."""
    with httpx2.Client(trust_env=False, follow_redirects=False) as client:
        answer = client.get(address)
        for _ in range(10):
            while answer.is_redirect:
                goes_to = str(answer.url.join(answer.headers["location"]))
                if "code=" in goes_to or "error=" in goes_to:
                    return goes_to
                answer = client.get(goes_to)
            action, prompt = _ACTION.search(answer.text), _PROMPT.search(answer.text)
            assert action, answer.text
            assert prompt, answer.text
            fields = {"prompt": prompt[1], "login": email, "password": "any"}
            answer = client.post(str(answer.url.join(html.unescape(action[1]))), data=fields)
    raise AssertionError(answer.text)

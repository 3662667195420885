"""What the pages say of a rule."""

from __future__ import annotations

import re

import pytest

from ecritures.app.views.rules import rule_view
from ecritures.rules.catalogue import RULES
from ecritures.web.imports.anomaly_groups import remedy_on_pages

TYPED = re.compile(r"\becritures [a-z]+|(?<!\w)--[a-z]|/v1/")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_page_tells_to_type_a_command(language):
    remedies = [remedy_on_pages(rule_view(one, language)["remedy"]) for one in RULES.values()]
    assert [one for one in remedies if TYPED.search(one)] == []

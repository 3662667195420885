"""What every request goes through."""

from __future__ import annotations

import pytest

from ecritures.api.http.middleware import accepts_gzip


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "GZIP", "deflate, gzip;q=0.5", "br, *", "*;q=0.1", "x-gzip", "identity, gzip; q=1.0"],
)
def test_gzip_is_accepted_by_name_or_as_any_other(accepted):
    assert accepts_gzip(accepted)


@pytest.mark.parametrize(
    "accepted",
    ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "*, gzip;q=0", "*;q=0", "gzipped"],
)
def test_gzip_may_be_declined(accepted):
    assert not accepts_gzip(accepted)

"""Which addresses are accepted, and how they are shown."""

from __future__ import annotations

import httpx2
import pytest

from ecritures.core.errors import SourceError
from ecritures.sources.addresses import AddressRules, check_form, shown


def refusal(address: str, *allowed: str, plain: bool = False) -> SourceError:
    with pytest.raises(SourceError) as refused:
        AddressRules(plain, allowed).parse(address)
    return refused.value


@pytest.mark.parametrize(
    "address",
    [
        "",
        "files.example/a.txt",
        "https://",
        "https:///a.txt",
        "https://files.example:port/a?sig=SECRET",
        "https://256.1.1.1/a?sig=SECRET",
        "https://[::1/a?sig=SECRET",
        "https://files.example/a\n?sig=SECRET",
        "C:\\fec.txt",
        "https://files.example:-1/a?sig=SECRET",
        "https://files.example:0/a?sig=SECRET",
        "https://127.0.0.1:65536/a?sig=SECRET",
        f"https://{'a.' * 127}example/a?sig=SECRET",
        f"https://{'a' * 64}.example/a?sig=SECRET",
        "https://files..example/a?sig=SECRET",
        f"https://{'SECRET' * 2000}/a",
    ],
)
def test_a_text_that_is_no_address_is_refused_and_not_repeated(address):
    failure = refusal(address)
    assert failure.sentence.code in {"download-address-invalid", "download-scheme-refused"}
    assert "SECRET" not in failure.sentence.fr + failure.sentence.en + str(failure)
    assert failure.__suppress_context__ or failure.__context__ is None


@pytest.mark.parametrize(
    "host", [f"{'a' * 63}.example.", "files.example:65535", "[2606:2800:21f:cb07::1]:443"]
)
def test_a_server_that_there_could_be_is_accepted(host):
    assert AddressRules(allow_plain_http=False, allowed_hosts=()).parse(f"https://{host}/a")


@pytest.mark.parametrize("scheme", ["http", "ftp", "file", "gopher", "ws"])
def test_only_https_is_accepted(scheme):
    assert refusal(f"{scheme}://files.example/a").sentence.code == "download-scheme-refused"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", "download-address-invalid"),
        ("/etc/passwd", "download-address-invalid"),
        ("C:\\fec.txt", "download-address-invalid"),
        ("https:files.example/a", "download-address-invalid"),
        ("https://:80/a", "download-address-invalid"),
        ("https://[::1/a?sig=SECRET", "download-address-invalid"),
        ("http://127.0.0.1:99999/x?sig=SECRET", "download-address-invalid"),
        ("https://127.0.0.1:-1/x", "download-address-invalid"),
        ("https://127.0.0.1:0/x", "download-address-invalid"),
        ("https://files.example:port/x", "download-address-invalid"),
        (f"https://{'a' * 10_000}/x", "download-address-invalid"),
        ("ftp://files.example/a?sig=SECRET", "download-scheme-refused"),
        ("file:///etc/passwd", "download-address-invalid"),
    ],
)
def test_what_cannot_be_the_address_of_a_file_is_known_without_any_settings(address, code):
    with pytest.raises(SourceError) as refused:
        check_form(address)
    assert refused.value.sentence.code == code
    assert "SECRET" not in refused.value.sentence.fr
    assert len(refused.value.sentence.fr) < 300


@pytest.mark.parametrize(
    "address", ["https://files.example/a", " http://127.0.0.1:65535/x ", "HTTPS://[::1]:8/x?y=z"]
)
def test_what_can_be_one_is_left_to_the_downloader(address):
    check_form(address)
    assert AddressRules(allow_plain_http=True, allowed_hosts=()).parse(address).host


def test_plain_http_is_accepted_when_the_operator_allows_it_but_nothing_else():
    AddressRules(allow_plain_http=True, allowed_hosts=()).parse("http://files.example/a")
    assert refusal("ftp://files.example/a", plain=True).sentence.code == "download-scheme-refused"


@pytest.mark.parametrize(
    "host",
    ["files.example", "FILES.example", "files.example.", "a.blob.example", "b.a.blob.example"],
)
def test_a_host_of_the_allow_list_is_accepted(host):
    rules = AddressRules(allow_plain_http=False, allowed_hosts=("files.example", "*.Blob.example"))
    assert rules.parse(f"https://{host}/a")


@pytest.mark.parametrize(
    "host", ["other.example", "files.example.evil.example", "blob.example", "evilblob.example"]
)
def test_a_host_outside_the_allow_list_is_refused(host):
    failure = refusal(f"https://{host}/a?sig=SECRET", "files.example", "*.blob.example")
    assert failure.sentence.code == "download-address-refused"
    assert "SECRET" not in failure.sentence.fr + failure.sentence.en


def test_an_address_is_shown_without_password_query_or_fragment():
    url = httpx2.URL("https://me:pass@Files.example:8443/dépôt/a%0Ab.txt?sig=SECRET#part")
    assert shown(url) == "https://files.example:8443/d%C3%A9p%C3%B4t/a%0Ab.txt"


def test_a_very_long_address_is_shown_shortened():
    assert len(shown(httpx2.URL("https://files.example/" + "a" * 5000))) < 400

"""The guard: which addresses are public, and what is connected to."""

from __future__ import annotations

import httpcore2
import pytest

from ecritures.core.errors import SourceError, TransientSourceError
from ecritures.sources.deadline import Deadline
from ecritures.sources.fake import FakeResolver
from ecritures.sources.guard import GuardedBackend, Resolver, SystemResolver, is_public

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "2002:808:808::1"]
PUBLIC += ["64:ff9b::808:808"]
PRIVATE = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, nothing is bound
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.168.1.1",
    "192.88.99.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.175.48.1",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2001:1::1",
    "2001:2::1",
    "2001:4:112::1",
    "2001:20::1",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "5f00::1",
    "100::1",
    "100:0:0:1::1",
    "2002:c058:6301::",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "not an address",
]
# What `getaddrinfo` itself makes of the other ways to write 127.0.0.1 and 169.254.169.254.
DISGUISED = [
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "2130706433",
    "127.1",
    "2852039166",
    "0xa9fea9fe",
    "0",
    "::ffff:7f00:1",
]


class Recorder(httpcore2.NetworkBackend):
    """Notes where a connection would go; some addresses do not answer."""

    def __init__(self, *deaf: str) -> None:
        self.reached: list[tuple[str, int]] = []
        self._deaf = deaf

    def connect_tcp(self, host, port, *_, **__):
        self.reached.append((host, port))
        if host in self._deaf:
            raise httpcore2.ConnectError
        return httpcore2.MockStream([])


def guard(resolver: Resolver, connector: Recorder, *, allow=False, seconds=60.0) -> GuardedBackend:
    deadline = Deadline(seconds, "https://files.example/a")
    return GuardedBackend(resolver, deadline, allow_private_addresses=allow, connector=connector)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public_however_it_is_wrapped(address):
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_a_stranger_s_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("host", DISGUISED)
def test_a_disguised_private_address_is_seen_through(host):
    connector = Recorder()
    with pytest.raises(SourceError) as refused:
        guard(SystemResolver(), connector).connect_tcp(host, 443)
    assert refused.value.sentence.code == "download-address-refused"
    assert not isinstance(refused.value, TransientSourceError)
    assert connector.reached == []


def test_the_connection_goes_to_the_very_address_that_was_judged():
    resolver, connector = FakeResolver({"files.example": [["93.184.215.14"]]}), Recorder()
    guard(resolver, connector).connect_tcp("files.example", 443)
    assert connector.reached == [("93.184.215.14", 443)]
    assert resolver.asked == ["files.example"]


def test_one_private_answer_among_public_ones_refuses_them_all():
    resolver = FakeResolver({"files.example": [["93.184.215.14", "10.0.0.1"]]})
    connector = Recorder()
    with pytest.raises(SourceError):
        guard(resolver, connector).connect_tcp("files.example", 443)
    assert connector.reached == []


def test_a_name_that_exists_inside_is_answered_like_one_that_does_not():
    resolver = FakeResolver({"inside.example": [["10.0.0.1"]]})
    connector = Recorder()
    answers = []
    for host in ("inside.example", "nothing.example"):
        with pytest.raises(TransientSourceError) as refused:
            guard(resolver, connector).connect_tcp(host, 443)
        sentence = refused.value.sentence
        answers.append(
            (sentence.code, sentence.fr.replace(host, ""), sentence.en.replace(host, ""))
        )
    assert answers[0] == answers[1]
    assert connector.reached == []


def test_a_name_that_changes_its_answer_is_judged_again():
    resolver = FakeResolver({"files.example": [["93.184.215.14"], ["127.0.0.1"]]})
    connector = Recorder()
    backend = guard(resolver, connector)
    backend.connect_tcp("files.example", 443)
    with pytest.raises(SourceError) as refused:
        backend.connect_tcp("files.example", 443)
    assert refused.value.sentence.code == "download-dns"
    assert connector.reached == [("93.184.215.14", 443)]


def test_the_next_address_is_tried_when_one_does_not_answer():
    resolver = FakeResolver({"files.example": [["2606:2800:21f:cb07::1", "93.184.215.14"]]})
    connector = Recorder("2606:2800:21f:cb07::1")
    guard(resolver, connector).connect_tcp("files.example", 443)
    assert connector.reached[-1] == ("93.184.215.14", 443)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({}, "download-dns"),
        ({"files.example": [[]]}, "download-dns"),
        ({"files.example": [["93.184.215.14"]]}, "download-connection-refused"),
    ],
)
def test_a_host_without_address_or_without_answer_may_be_tried_again(script, code):
    with pytest.raises(TransientSourceError) as failed:
        guard(FakeResolver(script), Recorder("93.184.215.14")).connect_tcp("files.example", 443)
    assert failed.value.sentence.code == code


def test_a_label_too_long_for_any_name_server_is_an_invalid_address():
    with pytest.raises(SourceError) as refused:
        guard(SystemResolver(), Recorder()).connect_tcp("a" * 64 + ".example", 443)
    assert refused.value.sentence.code == "download-address-invalid"


def test_private_addresses_are_reached_when_the_operator_allows_them():
    connector = Recorder()
    guard(SystemResolver(), connector, allow=True).connect_tcp("127.0.0.1", 80)
    assert connector.reached == [("127.0.0.1", 80)]


def test_no_connection_is_made_once_the_time_is_over():
    connector = Recorder()
    resolver = FakeResolver({"files.example": [["93.184.215.14"]]})
    with pytest.raises(TransientSourceError) as late:
        guard(resolver, connector, seconds=0).connect_tcp("files.example", 443)
    assert late.value.sentence.code == "download-timeout"
    assert connector.reached == []

"""Where the parts of a document are, and what cannot be read of it."""

from __future__ import annotations

import json

import pytest

from ecritures.formats.loop_json.body import BodyFault, JsonBody

WHOLE = {
    "a": [1, "x]", None, {"b": [2]}],
    "data": {"ecritures": [{"n": 1}, {"n": 2}, {"n": 3}]},
    'e"\\': "ü",
}


@pytest.fixture
def body_of(tmp_path):
    def make(content, **limits):
        path = tmp_path / "x.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return JsonBody(path, **{"batch_bytes": 1 << 20, "line_bytes_max": 1 << 20} | limits)

    return make


@pytest.mark.parametrize("indent", [None, 2])
def test_members_are_found_and_decoded(body_of, indent):
    body = body_of(json.dumps(WHOLE, indent=indent).encode())
    members = body.members("data")
    assert [one.name for one in members] == list(WHOLE)
    assert body.value(members[0]) == ["1", "x]", None, {"b": ["2"]}]  # numbers as written
    assert body.value(members[2]) == "ü"
    [entries] = members[1].members
    assert (entries.name, body.is_array(entries), body.is_alone(entries)) == (
        "ecritures",
        True,
        False,
    )


@pytest.mark.parametrize(("batch_bytes", "sizes"), [(1, [1, 1, 1]), (10, [2, 1]), (1 << 20, [3])])
def test_elements_come_in_batches(body_of, batch_bytes, sizes):
    body = body_of(WHOLE, batch_bytes=batch_bytes)
    [entries] = body.members("data")[1].members
    batches = list(body.batches(entries))
    assert [len(one.values) for one in batches] == sizes
    assert [one.first for one in batches] == [1 + sum(sizes[:n]) for n in range(len(sizes))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "JSON-STR-01"),
        (b"{", "JSON-STR-01"), (b"{}x", "JSON-STR-01"), (b'{"a":}', "JSON-STR-01"),
        (b'{"a" 1}', "JSON-STR-01"), (b'{"a":1,}', "JSON-STR-01"), (b'{"a":"x}', "JSON-STR-01"),
        (b"nul", "JSON-STR-01"), (b"null", "JSON-STR-02"), (b"[1]", "JSON-STR-02"),
        (b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", "JSON-STR-05"), (b'{"\xff":1}', "JSON-STR-06"),
    ],
)  # fmt: skip
def test_what_is_no_object_is_a_fault(body_of, content, code):
    with pytest.raises(BodyFault) as caught:
        body_of(content).members("data")
    assert caught.value.code == code


def test_a_fault_names_its_line_after_those_before_it(body_of):
    body = body_of(b'{"data": {"x": [{"a": 1}, {"a": 2}, {"a" 3}]}}')
    [member] = body.members("data")[0].members
    batches = body.batches(member)
    with pytest.raises(BodyFault) as caught:
        list(batches)
    assert (caught.value.code, caught.value.line) == ("JSON-STR-01", 3)


def test_a_large_document_is_read_like_a_small_one(body_of, monkeypatch):
    small = body_of(WHOLE).members("data")
    monkeypatch.setattr("ecritures.formats.loop_json.body.MAPPED_BYTES_MIN", 1)
    assert body_of(WHOLE).members("data") == small

"""From the trace of a request to that of the attempt that runs its import."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ecritures.imports.queries import get_import
from helpers.fec import entries, fec
from helpers.v1_calls import URL, asked
from helpers.waiting import wait_until


@pytest.fixture
def spans(monkeypatch):
    """What is exported while the test runs."""
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    return exporter


def run(importing, import_id):
    importing.answer(fec(entries(1)), url=URL)
    importing.run(import_id)


def test_the_span_of_an_attempt_is_linked_to_that_of_its_request(spans, importing, service, key):
    import_id = asked(service, key)["id"]
    run(importing, import_id)
    found = {span.name: span for span in spans.get_finished_spans()}
    request, attempt = found["POST /v1/imports"], found["import"]
    (link,) = attempt.links
    assert link.context.trace_id == request.context.trace_id
    assert attempt.context.trace_id != request.context.trace_id
    assert dict(attempt.attributes) == {"ecritures.import_id": import_id, "ecritures.attempt": 1}
    for span in found.values():
        assert "sig=secret" not in span.to_json()


def test_without_traces_nothing_is_written(importing, database, service, key):
    import_id = asked(service, key)["id"]
    assert get_import(database, import_id).traceparent is None
    run(importing, import_id)


def test_no_span_holds_the_signature_of_a_deposit(spans, service, key):
    with service.client(key) as client:
        given = client.get("/loop-api-publiques/getFileUrlDeposit", params={"filename": "x.txt"})
        address = given.json()["depositUrl"]
        assert client.put(address, content=b"x").status_code == 201
    signature = address.partition("sig=")[2]
    assert len(signature) == 64

    def found():
        return [span.to_json() for span in spans.get_finished_spans()]

    wait_until(lambda: any("/deposits/" in one for one in found()))  # after the answer
    assert [one for one in found() if signature in one] == []

"""Gives files of accounting entries to Écritures, or to Cegid Loop, and follows their imports."""

from ecritures_client.client import AsyncClient, AsyncLoopClient, Client, LoopClient
from ecritures_client.errors import (
    ClientError,
    RefusedError,
    SignatureError,
    UnansweredError,
    UnreadableError,
    WaitTooLongError,
)
from ecritures_client.models import Anomaly, Attachment, Import, LoopStatus, Status
from ecritures_client.retries import Retries
from ecritures_client.webhooks import verify_webhook

__all__ = [
    "Anomaly",
    "AsyncClient",
    "AsyncLoopClient",
    "Attachment",
    "Client",
    "ClientError",
    "Import",
    "LoopClient",
    "LoopStatus",
    "RefusedError",
    "Retries",
    "SignatureError",
    "Status",
    "UnansweredError",
    "UnreadableError",
    "WaitTooLongError",
    "verify_webhook",
]

"""Signs addresses of Azure blobs that can be read as well as written.

obstore signs for one verb, but a deposit is written once and read for a day.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from datetime import datetime

VERSION = "2022-11-02"
PERMISSIONS = "rcw"  # read, create, write; Azure wants them in this order


@dataclass(frozen=True, slots=True)
class AzureKey:
    """The key of a storage account."""

    account: str
    key: str

    def sign(self, address: str, expires_at: datetime) -> str:
        """Return the address of a blob with a signature for it alone.

        Args:
            address: `https://account.blob.core.windows.net/container/path`; an emulator puts the
                account in the path, and it stays there.
            expires_at: When the signature ends.
        """
        path = unquote(urlsplit(address).path)
        blob = path.removeprefix(f"/{self.account}") if self._is_emulated(address) else path
        expiry = f"{expires_at:%Y-%m-%dT%H:%M:%SZ}"
        resource = f"/blob/{self.account}{blob}"
        # Permissions, start, end, resource, policy, addresses, protocol, version, kind, snapshot,
        # encryption scope, and five headers of the answer.
        text = [PERMISSIONS, "", expiry, resource, "", "", "", VERSION, "b", *[""] * 7]
        signature = hmac.digest(
            base64.b64decode(self.key), "\n".join(text).encode(), hashlib.sha256
        )
        query = {
            "sv": VERSION,
            "se": expiry,
            "sr": "b",
            "sp": PERMISSIONS,
            "sig": base64.b64encode(signature).decode(),
        }
        return f"{address}?{urlencode(query)}"

    def _is_emulated(self, address: str) -> bool:
        host = urlsplit(address).hostname or ""
        return not host.startswith(f"{self.account}.")

"""Sign in by an OpenID Connect provider: the account that people have at their firm.

The authorization code flow, with PKCE, `state` and `nonce`. The library is optional: it is loaded
when a provider is named in the settings.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx2

from ecritures.core.errors import EcrituresError, ForbiddenError, UnauthorizedError

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

    from ecritures.config.settings import Settings

SECONDS_MAX = 10
SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signatures that only the provider can make; never `none`, nor one made with a shared secret."""


class ProviderUnavailableError(EcrituresError):
    """The provider does not answer, or not as it should, or its library is missing."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser keeps while its owner is at the provider's; `next`: where to go then."""

    state: str
    nonce: str
    verifier: str
    next: str

    def text(self) -> str:
        """Return it as the value of a cookie."""
        return urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def read(cls, text: str) -> Attempt | None:
        """Return the attempt of a cookie; None if the cookie is not valid."""
        try:
            found = json.loads(urlsafe_b64decode(text.encode()))
            return cls(**{name: str(value) for name, value in dict(found).items()})
        except (ValueError, TypeError):
            return None


class Provider:
    """An OpenID Connect provider.

    Args:
        issuer: Its address.
        client_id: What it calls this service.
        client_secret: What it has given this service; None: it is a public client.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str | None) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._known: dict[str, Any] = {}

    def begin(self, return_address: str, goes_to: str) -> tuple[str, Attempt]:
        """Return where to send a browser, and what it keeps meanwhile.

        Raises:
            ProviderUnavailableError: The provider does not answer as it should.
        """
        token = secrets.token_urlsafe
        attempt = Attempt(token(32), token(32), token(48), goes_to)
        with self._client(return_address) as client:
            url, _ = client.create_authorization_url(
                self._metadata(client)["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url), attempt

    def finish(self, attempt: Attempt | None, state: str, code: str, return_address: str) -> str:
        """Return the e-mail address of who comes back, which the provider has verified.

        Raises:
            UnauthorizedError: The attempt is not this browser's, or what the provider says of it
                does not hold.
            ForbiddenError: The provider has not verified an e-mail address.
            ProviderUnavailableError: The provider does not answer as it should.
        """
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - optional
        from joserfc.errors import JoseError  # noqa: PLC0415 - optional

        if (
            attempt is None
            or not code
            or not hmac.compare_digest(attempt.state.encode(), state.encode())
        ):
            raise _refused()
        try:
            with self._client(return_address) as client:
                claims = self._claims(client, attempt, code)
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise _refused() from error
        if claims.get("email_verified") is not True or not claims.get("email"):
            raise ForbiddenError(
                "email-not-verified",
                "Le compte du cabinet ne donne pas d'adresse électronique vérifiée : demandez à"
                " qui l'administre.",
                "The account of the firm gives no verified e-mail address: ask whoever administers"
                " it.",
            )
        return str(claims["email"])

    def _claims(self, client: OAuth2Client, attempt: Attempt, code: str) -> dict[str, Any]:
        """Return what the provider says of who comes back, once it holds."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - optional
        from joserfc import jwt  # noqa: PLC0415 - optional
        from joserfc.jwk import KeySet  # noqa: PLC0415 - optional

        metadata = self._metadata(client)
        token = self._asked(
            client.fetch_token,
            metadata["token_endpoint"],
            code=code,
            code_verifier=attempt.verifier,
        )
        keys = self._asked(client.request, "GET", metadata["jwks_uri"], withhold_token=True).json()
        decoded = jwt.decode(
            token["id_token"], KeySet.import_key_set(keys), algorithms=list(ALGORITHMS)
        )
        expected = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "nonce": {"essential": True, "value": attempt.nonce},
        }
        more = {"nonce": attempt.nonce, "client_id": self._client_id}
        claims = CodeIDToken(decoded.claims, decoded.header, expected, more)
        claims.validate(leeway=60)
        found = dict(claims)
        if "email" not in found and "userinfo_endpoint" in metadata:
            profile = self._asked(client.get, metadata["userinfo_endpoint"]).json()
            if profile.get("sub") != found["sub"]:
                raise _refused()
            found = profile | found
        return found

    def _metadata(self, client: OAuth2Client) -> dict[str, Any]:
        if not self._known:
            address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            answer = self._asked(client.request, "GET", address, withhold_token=True)
            try:
                known = answer.raise_for_status().json()
                is_right = known["issuer"] == self._issuer
            except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
                raise _unavailable() from error
            if not is_right:
                raise _unavailable()
            self._known = known
        return self._known

    def _client(self, return_address: str) -> OAuth2Client:
        try:
            from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415 - optional
        except ImportError as error:
            raise ProviderUnavailableError(
                "oidc-library-missing",
                "La connexion par le compte du cabinet demande la bibliothèque authlib : "
                "« pip install ecritures[oidc] ».",
                "Signing in with the account of the firm needs the library authlib: "
                "“pip install ecritures[oidc]”.",
            ) from error
        return OAuth2Client(
            self._client_id,
            self._client_secret,
            scope=SCOPE,
            redirect_uri=return_address,
            code_challenge_method="S256",
            timeout=SECONDS_MAX,
        )

    @staticmethod
    def _asked(ask: Any, *arguments: object, **more: object) -> Any:  # noqa: ANN401 - an answer
        try:
            return ask(*arguments, **more)
        except httpx2.HTTPError as error:
            raise _unavailable() from error


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that the settings name; None: they name none."""
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret
    given = secret.get_secret_value() if secret else None
    return _provider(settings.oidc_issuer, settings.oidc_client_id, given)


@cache
def _provider(issuer: str, client_id: str, client_secret: str | None) -> Provider:
    return Provider(issuer, client_id, client_secret)


def _refused() -> UnauthorizedError:
    return UnauthorizedError(
        "oidc-refused",
        "La connexion par le compte du cabinet n'a pas abouti : recommencez.",
        "Signing in with the account of the firm did not succeed: try again.",
    )


def _unavailable() -> ProviderUnavailableError:
    return ProviderUnavailableError(
        "oidc-unavailable",
        "Le compte du cabinet ne répond pas : réessayez dans un instant, ou entrez par mot de"
        " passe.",
        "The account of the firm does not answer: try again in a moment, or use a password.",
    )

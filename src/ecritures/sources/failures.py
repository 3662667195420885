"""What can go wrong while fetching a file, in sentences that say what to do.

`where` is always an address as `shown` writes it, or a host: never a query string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.errors import (
    AbsentSourceError,
    SourceError,
    TransientSourceError,
)

if TYPE_CHECKING:
    from datetime import datetime

DISK_FULL_SIGNS = (
    "No space left on device",  # the system, obstore, Polars, PostgreSQL
    "Disk quota exceeded",
    "database or disk is full",  # SQLite
)


def address_invalid() -> SourceError:
    """The text is not an address. It is not repeated, as it may contain a signature."""
    return SourceError(
        "download-address-invalid",
        "Cette adresse n’est pas valide : vérifiez-la, elle doit avoir la forme"
        " https://serveur/chemin.",
        "This address is not valid: check it, it must look like https://server/path.",
    )


def scheme_refused(where: str) -> SourceError:
    """Not HTTPS."""
    return SourceError(
        "download-scheme-refused",
        f"L’adresse {where} est refusée : donnez une adresse qui commence par https://.",
        f"The address {where} is refused: give an address that starts with https://.",
    )


def address_refused(host: str) -> SourceError:
    """A host outside the allow-list, or an address that is not public."""
    return SourceError(
        "download-address-refused",
        f"Le serveur {host} est refusé : donnez l’adresse d’un serveur public et autorisé par"
        " l’exploitant du service.",
        f"The server {host} is refused: give the address of a public server that the operator"
        " of the service allows.",
    )


def not_found(where: str) -> AbsentSourceError:
    """404 or 410, or nothing under this name in the storage."""
    return AbsentSourceError(
        "download-not-found",
        f"Aucun fichier à l’adresse {where} : vérifiez que le fichier est bien déposé, puis"
        " recommencez.",
        f"There is no file at {where}: check that it has been put there, then try again.",
    )


def not_as_received(name: str) -> AbsentSourceError:
    """The storage returns other bytes than this service put there."""
    return AbsentSourceError(
        "file-damaged",
        f"Le fichier {name} conservé par le service n’est plus celui qu’il a reçu : envoyez-le de"
        " nouveau.",
        f"The file {name} kept by the service is no longer the one it received: send it again.",
    )


def forbidden(where: str, status: int) -> SourceError:
    """401 or 403."""
    return SourceError(
        "download-forbidden",
        f"Le serveur refuse de donner {where} (statut {status}) : la signature de l’adresse est"
        " sans doute expirée ou sans droit de lecture, donnez une nouvelle adresse.",
        f"The server refuses to deliver {where} (status {status}): the address's signature has"
        " probably expired or does not allow reading, give a new address.",
    )


def too_big(where: str, bytes_max: int) -> SourceError:
    """Announced or counted above the limit."""
    return SourceError(
        "download-too-big",
        f"Le fichier {where} dépasse la limite de {bytes_max} octets : découpez-le, ou demandez à"
        " l’exploitant du service d’élever la limite.",
        f"The file {where} is above the limit of {bytes_max} bytes: split it, or ask the operator"
        " of the service to raise the limit.",
    )


def http_status(where: str, status: int) -> SourceError:
    """An answer that is neither the file nor a known refusal."""
    return SourceError(
        "download-http-status",
        f"Le serveur ne donne pas {where} (statut inattendu {status}) : vérifiez que l’adresse"
        " donne directement le fichier.",
        f"The server does not deliver {where} (unexpected status {status}): check that the address"
        " gives the file itself.",
    )


def http_status_for_now(
    where: str, status: int, retry_after_seconds: float | None
) -> TransientSourceError:
    """408, 425 or 429: the server asks to come back."""
    return TransientSourceError(
        "download-http-status",
        f"Le serveur ne donne pas {where} pour l’instant (statut {status}).",
        f"The server does not deliver {where} for now (status {status}).",
        retry_after_seconds,
    )


def redirect_loop(where: str, redirects_max: int) -> SourceError:
    """Too many redirects."""
    return SourceError(
        "download-redirect-loop",
        f"L’adresse {where} renvoie plus de {redirects_max} fois vers une autre : donnez l’adresse"
        " finale du fichier.",
        f"The address {where} redirects more than {redirects_max} times: give the file's final"
        " address.",
    )


def certificate(where: str, detail: str) -> SourceError:
    """The server's certificate is not valid, or it does not speak TLS."""
    return SourceError(
        "download-certificate",
        f"La connexion sécurisée à {where} est refusée ({detail}) : faites corriger le certificat"
        " du serveur, puis recommencez.",
        f"The secure connection to {where} is refused ({detail}): have the server's certificate"
        " put right, then try again.",
    )


def server_error(
    where: str, status: int, retry_after_seconds: float | None
) -> TransientSourceError:
    """5xx."""
    return TransientSourceError(
        "download-server-error",
        f"Le serveur de {where} est en panne (statut {status}).",
        f"The server of {where} is failing (status {status}).",
        retry_after_seconds,
    )


def silent(where: str) -> TransientSourceError:
    """No connection or no byte within the time allowed."""
    return TransientSourceError(
        "download-timeout",
        f"Le serveur de {where} n’a pas répondu à temps.",
        f"The server of {where} did not answer in time.",
    )


def too_long(where: str, seconds_max: float) -> TransientSourceError:
    """The whole transfer took more than the time allowed."""
    return TransientSourceError(
        "download-timeout",
        f"Le téléchargement de {where} dure depuis plus de {seconds_max:g} secondes et a été"
        " arrêté.",
        f"The download of {where} has lasted more than {seconds_max:g} seconds and was stopped.",
    )


def too_slow(where: str, bytes_per_second_min: float) -> TransientSourceError:
    """The server sends so slowly that others would wait for nothing."""
    return TransientSourceError(
        "download-too-slow",
        f"Le téléchargement de {where} est trop lent (moins de {bytes_per_second_min:g} octets par"
        " seconde) et a été arrêté.",
        f"The download of {where} is too slow (less than {bytes_per_second_min:g} bytes per second)"
        " and was stopped.",
    )


def connection_refused(host: str) -> TransientSourceError:
    """Nothing listens there, or there is no route to it."""
    return TransientSourceError(
        "download-connection-refused",
        f"Le serveur {host} n’accepte pas la connexion : vérifiez l’adresse et le port.",
        f"The server {host} does not accept the connection: check the address and the port.",
    )


def reset(where: str) -> TransientSourceError:
    """The connection broke."""
    return TransientSourceError(
        "download-reset",
        f"La connexion au serveur de {where} a été coupée.",
        f"The connection to the server of {where} was lost.",
    )


def truncated(where: str) -> TransientSourceError:
    """The transfer ended before the announced length."""
    return TransientSourceError(
        "download-truncated",
        f"Le fichier {where} est arrivé incomplet.",
        f"The file {where} arrived incomplete.",
    )


def unknown_host(host: str) -> TransientSourceError:
    """The name has no address, or none that is public: which of them is not said."""
    return TransientSourceError(
        "download-dns",
        f"Le nom du serveur {host} est introuvable sur l’Internet public : vérifiez-le.",
        f"The server name {host} cannot be found on the public Internet: check it.",
    )


def is_disk_full(error: Exception) -> bool:
    """Return whether the disk is full, whichever library says it."""
    return any(sign in str(error) for sign in DISK_FULL_SIGNS)


def disk_full() -> TransientSourceError:
    """No room left for the file."""
    return TransientSourceError(
        "download-disk-full",
        "Le disque du service est plein : l’exploitant doit libérer de la place.",
        "The disk of the service is full: the operator must free some space.",
    )


def storage_down(detail: str) -> TransientSourceError:
    """The storage does not answer, or answers with an error."""
    return TransientSourceError(
        "storage-unavailable",
        f"Le stockage du service ne répond pas ({detail}) : si cela dure, l’exploitant"
        " doit vérifier ECRITURES_STORAGE_URL et ses droits.",
        f"The storage of the service does not answer ({detail}): if this lasts, the"
        " operator must check ECRITURES_STORAGE_URL and its rights.",
    )


def address_expired(expired_at: datetime) -> SourceError:
    """The signature has expired."""
    moment = f"{expired_at:%Y-%m-%d %H:%M} UTC"
    return SourceError(
        "address-expired",
        f"L’adresse du fichier a expiré le {moment} : donnez une nouvelle adresse, valable au"
        " moins 24 heures.",
        f"The address of the file expired on {moment}: give a new one, valid for at least 24"
        " hours.",
    )


def address_unreadable() -> SourceError:
    """The signature does not allow reading."""
    return SourceError(
        "address-not-readable",
        "L’adresse du fichier ne donne pas le droit de lecture (« r » manque dans sp) : donnez"
        " une adresse qui permet de lire.",
        "The address of the file does not allow reading (sp lacks “r”): give an address that"
        " allows it.",
    )

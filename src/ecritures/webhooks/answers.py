"""Why a delivery failed: what its receiver answered, or why it could not be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSED = "webhook-refused"
UNREACHABLE = "webhook-unreachable"
TIMEOUT = "webhook-timeout"
ADDRESS_REFUSED = "webhook-address-refused"

SENTENCES: Mapping[str, Sentence] = {
    one.code: one
    for one in (
        Sentence(
            "webhook-refused",
            "Le destinataire n'a pas répondu par un statut 2xx.",
            "The receiver did not answer with a 2xx status.",
        ),
        Sentence(
            "webhook-unreachable",
            "Le destinataire n'a pas pu être joint.",
            "The receiver could not be reached.",
        ),
        Sentence(
            "webhook-timeout",
            "Le destinataire n'a pas répondu à temps.",
            "The receiver did not answer in time.",
        ),
        Sentence(
            "webhook-address-refused",
            "L'adresse d'un webhook ne doit pas être celle d'un réseau privé.",
            "The address of a webhook must not be one of a private network.",
        ),
        Sentence(
            "webhook-removed",
            "Le webhook a été supprimé avant la livraison.",
            "The webhook was removed before the delivery.",
        ),
    )
}

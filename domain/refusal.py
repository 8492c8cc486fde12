"""Refusals: the expected ways in which an action says no.

A refusal is a value: graphql-core would raise an exception that it finds in data. One exception,
`Refused`, carries one or several of them out of an action.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.choice import Choice


class Code(Choice):
    """What a client can act on; the whole list of the API grows with its mutations."""

    NOT_FOUND = "NOT_FOUND", "No such record exists for the caller."
    INVALID_INPUT = "INVALID_INPUT", "A value cannot be read as what is asked for."
    INVALID_AMOUNT = "INVALID_AMOUNT", "No plain decimal above zero, or one with too many decimals."
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH", "Not the currency of the fleet."
    AMOUNT_LIMIT_EXCEEDED = "AMOUNT_LIMIT_EXCEEDED", "More than one operation may move."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "The key came before, with another input."
    CUSTOMER_DELETED = "CUSTOMER_DELETED", "The customer was deleted."


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected no that a person can act on. Nothing was changed (WAL-0)."""

    code: Code
    field: str | None = None

    def message(self, language: str) -> str:
        """For people, in en, de, fr or es; another language reads English."""
        return MESSAGES[self.code].get(language) or MESSAGES[self.code]["en"]


class Refused(Exception):
    """Raised anywhere in an action, it rolls the transaction back; its refusals are answered."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(*refusals)
        self.refusals = refusals


def refuse(*found: Refusal | None) -> None:
    """Refuse for every reason that was found, so that one answer names them all."""
    if reasons := [reason for reason in found if reason is not None]:
        raise Refused(*reasons)


MESSAGES: Mapping[Code, Mapping[str, str]] = {
    Code.NOT_FOUND: {
        "en": "There is no such record.",
        "de": "Diesen Eintrag gibt es nicht.",
        "fr": "Cet élément n'existe pas.",
        "es": "Este registro no existe.",
    },
    Code.INVALID_INPUT: {
        "en": "This cannot be read as what is asked for.",
        "de": "Diese Angabe ist ungültig.",
        "fr": "Cette valeur n'est pas valable.",
        "es": "Este valor no es válido.",
    },
    Code.INVALID_AMOUNT: {
        "en": "Give an amount above zero, with no more decimals than its currency has.",
        "de": "Der Betrag muss größer als null sein und zu den Dezimalstellen der Währung passen.",
        "fr": "Le montant doit être supérieur à zéro et respecter les décimales de la devise.",
        "es": "El importe debe ser mayor que cero y respetar los decimales de la moneda.",
    },
    Code.CURRENCY_MISMATCH: {
        "en": "The amount must be in the currency of the fleet.",
        "de": "Der Betrag muss in der Währung der Flotte sein.",
        "fr": "Le montant doit être dans la devise de la flotte.",
        "es": "El importe debe estar en la moneda de la flota.",
    },
    Code.AMOUNT_LIMIT_EXCEEDED: {
        "en": "This is more than one operation may move.",
        "de": "Das ist mehr, als ein Vorgang bewegen darf.",
        "fr": "Ce montant dépasse la limite d'une opération.",
        "es": "Este importe supera el límite de una operación.",
    },
    Code.IDEMPOTENCY_KEY_REUSED: {
        "en": "This key was already used to ask for something else.",
        "de": "Dieser Schlüssel wurde schon für eine andere Anfrage verwendet.",
        "fr": "Cette clé a déjà servi à une autre demande.",
        "es": "Esta clave ya se usó para otra petición.",
    },
    Code.CUSTOMER_DELETED: {
        "en": "This customer was deleted.",
        "de": "Dieser Kunde wurde gelöscht.",
        "fr": "Ce client a été supprimé.",
        "es": "Este cliente fue eliminado.",
    },
}

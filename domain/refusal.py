"""Refusals: the expected ways in which an action says no.

A refusal is a value: graphql-core would raise an exception that it finds in data. One exception,
`Refused`, carries one or several of them out of an action.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.choice import Choice
from domain.money import Money


class Code(Choice):
    """What a client can act on; the whole list of the API grows with its mutations."""

    NOT_FOUND = "NOT_FOUND", "No such record exists for the caller."
    INVALID_INPUT = "INVALID_INPUT", "A value cannot be read as what is asked for."
    INVALID_AMOUNT = "INVALID_AMOUNT", "No plain decimal above zero, or one with too many decimals."
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH", "Not the currency of the fleet."
    AMOUNT_LIMIT_EXCEEDED = "AMOUNT_LIMIT_EXCEEDED", "More than one operation may move."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "The key came before, with another input."
    REASON_REQUIRED = "REASON_REQUIRED", "Words are missing that say why."
    CONFIRMATION_MISMATCH = "CONFIRMATION_MISMATCH", "Neither the email nor the name was typed."
    ALREADY_EXISTS = "ALREADY_EXISTS", "Another record has it already."
    CONFLICT = "CONFLICT", "The record is not in a state that allows it."
    CUSTOMER_BLOCKED = "CUSTOMER_BLOCKED", "An operator blocked the customer."
    CUSTOMER_DELETED = "CUSTOMER_DELETED", "The customer was deleted."
    OUTSTANDING_DEBT = "OUTSTANDING_DEBT", "The balance is below zero."
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE", "The account holds less than it would take."
    ACTIVE_RIDE_EXISTS = "ACTIVE_RIDE_EXISTS", "A ride is under way."
    REFERRAL_INVALID = "REFERRAL_INVALID", "No referral code that the customer may enter."
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE", "A service that it needs does not answer."


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected no that a person can act on. Nothing was changed (WAL-0)."""

    code: Code
    field: str | None = None

    def message(self, language: str) -> str:
        """For people, in en, de, fr or es; another language reads English."""
        return MESSAGES[self.code].get(language) or MESSAGES[self.code]["en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsufficientBalance(Refusal):
    """INSUFFICIENT_BALANCE: what there is and what it would take."""

    code: Code = Code.INSUFFICIENT_BALANCE
    available: Money
    required: Money


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
    Code.REASON_REQUIRED: {
        "en": "Say why.",
        "de": "Bitte einen Grund angeben.",
        "fr": "Indiquez une raison.",
        "es": "Indique un motivo.",
    },
    Code.CONFIRMATION_MISMATCH: {
        "en": "Type the customer's email or name to confirm.",
        "de": "Zur Bestätigung die E-Mail-Adresse oder den Namen des Kunden eingeben.",
        "fr": "Saisissez l'e-mail ou le nom du client pour confirmer.",
        "es": "Escriba el correo o el nombre del cliente para confirmar.",
    },
    Code.ALREADY_EXISTS: {
        "en": "This is taken already.",
        "de": "Das ist bereits vergeben.",
        "fr": "Cela existe déjà.",
        "es": "Esto ya existe.",
    },
    Code.CONFLICT: {
        "en": "This cannot be done with the record as it is now.",
        "de": "Das geht beim jetzigen Stand dieses Eintrags nicht.",
        "fr": "L'état actuel de cet élément ne le permet pas.",
        "es": "El estado actual de este registro no lo permite.",
    },
    Code.CUSTOMER_BLOCKED: {
        "en": "This customer is blocked.",
        "de": "Dieser Kunde ist gesperrt.",
        "fr": "Ce client est bloqué.",
        "es": "Este cliente está bloqueado.",
    },
    Code.OUTSTANDING_DEBT: {
        "en": "There is a debt to be paid first.",
        "de": "Zuerst muss eine offene Schuld beglichen werden.",
        "fr": "Une dette doit d'abord être réglée.",
        "es": "Primero hay que pagar una deuda.",
    },
    Code.INSUFFICIENT_BALANCE: {
        "en": "There is not enough on the account.",
        "de": "Das Guthaben reicht nicht aus.",
        "fr": "Le solde est insuffisant.",
        "es": "El saldo no es suficiente.",
    },
    Code.ACTIVE_RIDE_EXISTS: {
        "en": "A ride is still under way.",
        "de": "Eine Fahrt ist noch im Gange.",
        "fr": "Un trajet est encore en cours.",
        "es": "Todavía hay un viaje en curso.",
    },
    Code.REFERRAL_INVALID: {
        "en": "This referral code cannot be used.",
        "de": "Dieser Empfehlungscode ist nicht gültig.",
        "fr": "Ce code de parrainage n'est pas utilisable.",
        "es": "Este código de recomendación no se puede usar.",
    },
    Code.PROVIDER_UNAVAILABLE: {
        "en": "A service that this needs cannot be reached. Nothing was changed.",
        "de": "Ein benötigter Dienst ist nicht erreichbar. Es wurde nichts geändert.",
        "fr": "Un service nécessaire est injoignable. Rien n'a été modifié.",
        "es": "No se puede acceder a un servicio necesario. No se ha cambiado nada.",
    },
}

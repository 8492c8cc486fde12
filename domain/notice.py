"""What the program writes to customers by itself, in their language (NOT-3)."""

from collections.abc import Mapping
from typing import TypeAlias

from domain.money import Money

Texts: TypeAlias = Mapping[str, tuple[str, str]]
"""A title and a message by language; a customer of another language reads English."""

DEBT: Texts = {
    "en": ("Your balance is below zero", "Your balance is {amount}. Please top up."),
    "de": ("Ihr Guthaben ist unter null", "Ihr Guthaben beträgt {amount}. Bitte laden Sie auf."),
    "fr": ("Votre solde est négatif", "Votre solde est de {amount}. Merci de recharger."),
    "es": ("Tu saldo está por debajo de cero", "Tu saldo es {amount}. Recárgalo, por favor."),
}


def debt_notice(locale: str, balance: Money) -> tuple[str, str]:
    """Title and message for a customer whose balance fell below zero (WAL-4)."""
    title, message = in_language(DEBT, locale)
    return title, message.format(amount=balance.formatted(locale))


def in_language(texts: Texts, locale: str) -> tuple[str, str]:
    """A title and a message in the language of a BCP 47 locale, or in English."""
    return texts.get(locale.partition("-")[0].lower()) or texts["en"]

"""Messages to customers' phones: the program's own in four languages, operators' in their own."""

from functools import lru_cache

from db.demo.life import Life
from db.demo.world import SECOND, moment
from domain.actor import system
from domain.customer import DeviceOs
from domain.ids import Prefix
from domain.money import Minor, Money
from domain.notice import DEBT, Texts, in_language
from domain.notification import NotificationStatus, NotificationType

ANNOUNCER = system("notifications")
WELCOME: Texts = {
    "en": ("Welcome to {fleet}", "Add some credit and take your first ride."),
    "de": ("Willkommen bei {fleet}", "Laden Sie Guthaben auf und fahren Sie los."),
    "fr": ("Bienvenue chez {fleet}", "Ajoutez du crédit et faites votre premier trajet."),
    "es": ("Bienvenido a {fleet}", "Añade saldo y haz tu primer viaje."),
}
RECEIPT: Texts = {
    "en": ("Thanks for riding", "{minutes} minutes, {amount}."),
    "de": ("Danke für die Fahrt", "{minutes} Minuten, {amount}."),
    "fr": ("Merci pour ce trajet", "{minutes} minutes, {amount}."),
    "es": ("Gracias por tu viaje", "{minutes} minutos, {amount}."),
}
DECLINED: Texts = {
    "en": ("Your card was declined", "We could not charge {amount}. Please check your card."),
    "de": ("Ihre Karte wurde abgelehnt", "{amount} konnten nicht abgebucht werden."),
    "fr": ("Votre carte a été refusée", "Nous n'avons pas pu débiter {amount}."),
    "es": ("Tu tarjeta fue rechazada", "No pudimos cobrar {amount}."),
}
KINDS = (
    (NotificationType.ACCOUNT, WELCOME),
    (NotificationType.WALLET, DEBT),
    (NotificationType.RIDE, RECEIPT),
    (NotificationType.PAYMENT, DECLINED),
)
LOST = 0.03


def tell(life: Life, at: int, texts: Texts, **values: object) -> None:
    """A message of the program's own, in the customer's language or in English (NOT-3)."""
    title, message = in_language(texts, life.person.locale)
    kind = next(kind for kind, known in KINDS if known is texts)
    words = title.format(**values), message.format(**values)
    send(life, at, kind, words, ANNOUNCER)


def send(life: Life, at: int, kind: NotificationType, words: tuple[str, str], actor: str) -> None:
    """A message, and what became of it."""
    status, failure = NotificationStatus.DELIVERED, None
    if life.person.device is DeviceOs.UNKNOWN:
        status = NotificationStatus.NO_DEVICE
    elif life.world.happens(LOST):
        status, failure = NotificationStatus.FAILED, "DeviceNotRegistered"
    delivered = moment(at + 2 * SECOND) if status is NotificationStatus.DELIVERED else None
    life.world.rows["notification"].append((
        life.fleet.id, life.world.new_id(Prefix.NOTIFICATION, at), life.person.id, kind, *words,
        status, actor, moment(at), delivered, failure,
    ))  # fmt: skip


def money(life: Life, minor: int) -> str:
    return _formatted(minor, life.fleet.spec.currency, life.person.locale)


@lru_cache(maxsize=10_000)
def _formatted(minor: int, currency: str, locale: str) -> str:
    return Money(Minor(minor), currency).formatted(locale)

"""The German fleet: euros, three regions, and no loyalty program yet."""

from decimal import Decimal

from db.demo.spec import (
    CitySpec,
    FleetSpec,
    PackageSpec,
    PeopleSpec,
    PhoneRange,
    PlaceSpec,
    PlanSpec,
    Prices,
    PromoSpec,
    Words,
    names,
)
from domain.plan import BillingFrequency
from domain.subaccount import IdentityMode, PaymentMode

BERLIN = CitySpec("Berlin", "BER", "Berlin", ("10115", "10178", "10405", "10785", "10999"), (
    PlaceSpec("Alexanderplatz", 52.5219, 13.4132),
    PlaceSpec("Potsdamer Platz", 52.5096, 13.3760, preferred=True),
    PlaceSpec("Kottbusser Tor", 52.4990, 13.4180),
    PlaceSpec("Kollwitzplatz", 52.5361, 13.4176, preferred=True),
    PlaceSpec("Hauptbahnhof", 52.5251, 13.3694),
    PlaceSpec("Rosenthaler Platz", 52.5297, 13.4014),
))  # fmt: skip
HAMBURG = CitySpec("Hamburg", "HAM", "Hamburg", ("20095", "20354", "20359", "22769"), (
    PlaceSpec("Jungfernstieg", 53.5527, 9.9936),
    PlaceSpec("Landungsbrücken", 53.5460, 9.9690, preferred=True),
    PlaceSpec("Sternschanze", 53.5637, 9.9680),
    PlaceSpec("Hauptbahnhof Süd", 53.5516, 10.0083),
))  # fmt: skip
MUNICH = CitySpec("München", "MUC", "Bayern", ("80331", "80335", "80539", "81667"), (
    PlaceSpec("Marienplatz", 48.1374, 11.5755),
    PlaceSpec("Odeonsplatz", 48.1423, 11.5773, preferred=True),
    PlaceSpec("Sendlinger Tor", 48.1340, 11.5666),
    PlaceSpec("Ostbahnhof", 48.1273, 11.6045, preferred=True),
))  # fmt: skip

# The regulator keeps numbers for films and books; for a bigger demo there is the block 01580,
# which no provider had been given when this was written.
PHONES = (
    PhoneRange(("+491713920", "+4917604069"), 0, 100, 3),
    PhoneRange(("+491580",), 0, 10_000_000, 7),
)

GERMAN = PeopleSpec("de-DE", 0.86, names(
    "Emma Ben Mia Paul Hannah Jonas Lea Finn Anna Leon Lena Luis Marie Felix Sophie Maximilian"
    " Clara Moritz Ida Jakob Greta Anton Frieda Oskar Jörg Käthe Günther Ayşe Emre Elif Mehmet"
    " Zeynep Nikolai Agnieszka Björn Jürgen Ülkü Heike Sören Antje"
), names(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer"
    " Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange"
    " Werner Krause Lehmann Köhler Arslan Kaya Demir Kowalski Petersen Jansen Groß Weiß Böhm Voigt"
), ("post.example", "example.org"))  # fmt: skip
BRITISH = PeopleSpec("en-GB", 0.08, names(
    "Oliver Amelia Harry Isla George Poppy Arthur Freya Alfie Imogen Rhys Niamh"
), names(
    "Evans Hughes Clarke Patel Shaw Bennett Kelly Murphy Fraser Khan Ellis Webb"
), ("example.com", "example.net"))  # fmt: skip
FRENCH = PeopleSpec("fr-FR", 0.06, names(
    "Gabriel Louise Raphaël Jade Léo Chloé Hugo Inès Théo Zoé Benoît Amélie"
), names(
    "Martin Bernard Dubois Petit Durand Leroy Moreau Lefèvre Fournier Girard Béranger Noël"
), ("example.com", "example.net"))  # fmt: skip

WORDS = Words(
    credit=("Roller ging unterwegs aus", "Kulanz nach langer Wartezeit", "Störung der App"),
    bonus=("Gutschein vom Hotel", "Gewinn beim Stadtfest", "Aktion zur Mobilitätswoche"),
    fees=(("Auf dem Blindenleitstreifen abgestellt", 1500), ("Außerhalb der Zone beendet", 2000),
          ("Handyhalter beschädigt", 3500), ("Zu zweit auf einem Roller", 1500)),
    debit=("Korrektur einer doppelten Gutschrift", "Erstattung wurde schon überwiesen"),
    reversal=("Falscher Kunde belastet", "Doppelt gebucht", "Foto zeigt korrektes Parken"),
    refund=("Bremse defekt", "Fahrt ließ sich nicht beenden", "Schloss reagierte zu spät"),
    void=("Roller fuhr nicht an", "Versehentlich entsperrt"),
    adjustment=("Teilnahme an der Umfrage", "Punkte einer Fahrt nachgetragen"),
    notes=("Hat wegen einer Abbuchung angerufen, Minutenpreis erklärt.",
           "Bittet um Antwort per E-Mail.", "Meldete einen Roller auf dem Radweg, bedankt.",
           "Braucht Belege für den Arbeitgeber.", "Möchte nächste Woche Guthaben überweisen."),
    block=("Wiederholtes Fahren auf dem Gehweg", "Rücklastschrift", "Roller beschädigt",
           "Mehrere Konten mit derselben Karte"),
    identity=("Als minderjährig gemeldet", "Kartenzahlung angefochten", "Verdacht auf Missbrauch"),
    document="Personalausweis im Büro vorgelegt.",
    announcements=(("Sturmwarnung", "Heute Abend wird es stürmisch. Bitte früh fahren."),
                   ("Neue Zone", "Ab sofort parken Sie auch am Kollwitzplatz.")),
    streets=("Lindenstraße", "Gartenweg", "Schillerstraße", "Am Markt", "Bergstraße"),
    address="{street} {number}, {postcode} {city}",
)  # fmt: skip

GERMANY = FleetSpec(
    name="Flitzwerk", weight=3, country="DE", currency="EUR", timezone="Europe/Berlin",
    locale="de-DE", share_url="https://flitzwerk.example/einladung/",
    payment_mode=PaymentMode.POST_PAID, identity_mode=IdentityMode.DISABLED, minimum_age=16,
    prepaid_countries=(), auto_top_up=None, top_ups=(500, 1000, 2000, 2500),
    gifts=(200, 300, 500), prices=Prices(100, 25), former_prices=Prices(100, 22),
    models=("Zugvogel 3", "Zugvogel 4"),
    carriers=("Nordfunk", "Rheinmobil", "Alpentel"),
    card_brands=("visa", "mastercard", "girocard"), elsewhere=("TR", "Istanbul"),
    referral=(("Freund", 0, 300), ("Botschafter", 5, 500)), referee_reward=500,
    phones=PHONES, cities=(BERLIN, HAMBURG, MUNICH), people=(GERMAN, BRITISH, FRENCH),
    plans=(
        PlanSpec("Monatspass", 2490, BillingFrequency.MONTHLY, rides=15),
        PlanSpec("Wochenminuten", 990, BillingFrequency.WEEKLY, minutes=50),
    ),
    packages=(
        PackageSpec("Zehnerkarte", 2900, rides=10, days=90),
        PackageSpec("Stadttag", 790, minutes=30, days=2),
        PackageSpec("Minutenvorrat", 1990, minutes=90),
    ),
    promos=(
        PromoSpec("HALLO50", percent_off=Decimal(50)),
        PromoSpec("FLITZ2", amount_off=200, since=180),
        PromoSpec("ZEHNFREI", free_minutes=10, limit=40, since=100),
        PromoSpec("STARTHILFE", percent_off=Decimal(25), since=320, until=250),
    ),
    words=WORDS,
)  # fmt: skip

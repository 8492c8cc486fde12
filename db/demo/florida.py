"""The Florida fleet: dollars, English and Spanish, three cities."""

from decimal import Decimal

from db.demo.spec import (
    CitySpec,
    FleetSpec,
    GoalSpec,
    LoyaltySpec,
    PackageSpec,
    PeopleSpec,
    PhoneRange,
    PlaceSpec,
    PlanSpec,
    Prices,
    PromoSpec,
    TierSpec,
    Words,
    names,
)
from domain.loyalty import GoalMetric
from domain.plan import BillingFrequency
from domain.subaccount import IdentityMode, PaymentMode

MIAMI = CitySpec("Miami", "MIA", "Florida", ("33128", "33130", "33131", "33137", "33139"), (
    PlaceSpec("Bayfront Park", 25.7753, -80.1862, preferred=True, reward=10),
    PlaceSpec("Brickell City Centre", 25.7670, -80.1930),
    PlaceSpec("Wynwood Walls", 25.8010, -80.1995, preferred=True, reward=10, multiplier=Decimal(2)),
    PlaceSpec("Government Center", 25.7757, -80.1960),
    PlaceSpec("Lummus Park, South Beach", 25.7826, -80.1310),
    PlaceSpec("Lincoln Road", 25.7907, -80.1380, preferred=True, reward=5),
))  # fmt: skip
TAMPA = CitySpec("Tampa", "TPA", "Florida", ("33602", "33605", "33606"), (
    PlaceSpec("Curtis Hixon Park", 27.9487, -82.4619, preferred=True, reward=10),
    PlaceSpec("Centennial Park, Ybor City", 27.9620, -82.4368, multiplier=Decimal("1.5")),
    PlaceSpec("Sparkman Wharf", 27.9425, -82.4466),
    PlaceSpec("Hyde Park Village", 27.9363, -82.4757, preferred=True, reward=5),
))  # fmt: skip
ORLANDO = CitySpec("Orlando", "ORL", "Florida", ("32801", "32803"), (
    PlaceSpec("Lake Eola Park", 28.5437, -81.3729, preferred=True, reward=10),
    PlaceSpec("Church Street Station", 28.5404, -81.3805),
    PlaceSpec("Mills 50", 28.5540, -81.3645),
))  # fmt: skip

# Line numbers 555-0100 to 555-0199 of every area code are set aside for fiction. A big demo needs
# more of them: the rest of exchange 555 serves no subscriber either.
FLORIDA_CODES = names(
    "305 786 645 321 407 689 813 656 727 941 954 754 561 728 772 239 352 386 863 904 324 850 448"
)
VISITOR_CODES = names(
    "201 202 203 206 207 208 212 213 214 215 216 217 240 267 303 304 307 312 313 314 315 316 317"
    " 319 323 330 347 360 402 404 405 410 412 414 415 419 425 434 440 443 469 480 484 502 503 504"
    " 505 508 510 512 513 515 516 518 585 601 602 603 605"
)
MORE_CODES = names(
    "205 209 210 218 219 220 224 225 228 229 231 234 248 251 252 253 254 256 260 262 269 270"
    " 276 281 301 302 308 309 310 318 320 325 331 334 336 337 339 351 361 364 385 401 406 408"
    " 409 413 417 423 424 430 432 435 442 458 475 478 479 501 507 509 520 530 534 539 540 541"
    " 551 559 562 563 567 570 571 573 574 575 580 586 606 607 608 609 610 612 614 615 616 617"
    " 618 619 620 623 626 630 631 636 641 646 650 651 657 660 661 662 669 678 681 682 701 702"
    " 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 731 732 734 737 740 747 757"
    " 760 762 763 765 769 770 773 774 775 779 781 785 801 802 803 804 805 806 808 810 812 814"
    " 815 816 817 818 828 830 831 832 843 845 847 848 856 857 858 859 860 862 864 865 870 872"
    " 878 901 903 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 930 931 934"
    " 936 937 940 947 949 951 952 956 959 970 971 972 973 978 979 980 984 985 989"
)
PHONES = (
    PhoneRange(tuple(f"+1{code}5550" for code in FLORIDA_CODES), 100, 100, 3),
    PhoneRange(tuple(f"+1{code}555" for code in FLORIDA_CODES + VISITOR_CODES), 2000, 8000, 4),
    PhoneRange(tuple(f"+1{code}555" for code in MORE_CODES), 2000, 8000, 4),
)

DOMAINS = ("example.com", "example.net", "example.org")
ENGLISH = PeopleSpec("en-US", 0.8, names(
    "Olivia Liam Emma Noah Ava Ethan Sophia Mason Isabella Logan Mia Lucas Harper Jackson Ella"
    " Aiden Grace Carter Chloe Wyatt Zoë Owen Riley Caleb Nora Isaac Hazel Levi Aaliyah Jaden"
    " Naomi Darius Priya Kenji Amara Marcus Leah Trevor Simone Andre"
), names(
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson"
    " Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott"
    " Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker O'Neil"
), DOMAINS)  # fmt: skip
SPANISH = PeopleSpec("es-US", 0.2, names(
    "Sofía Mateo Valentina Santiago Camila Sebastián Lucía Diego Mariana Andrés Gabriela Javier"
    " Paula Héctor Ximena Rafael Inés Tomás Daniela Joaquín"
), names(
    "García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera"
    " Gómez Díaz Reyes Morales Ortiz Gutiérrez Castillo Peña"
), DOMAINS)  # fmt: skip

WORDS = Words(
    credit=("Scooter stopped mid-ride, sorry", "Goodwill after a long wait", "App outage"),
    bonus=("Hotel partner voucher", "Helmet selfie winner", "Street festival giveaway"),
    fees=(("Parked across a wheelchair ramp", 1500), ("Left outside the service area", 2500),
          ("Damaged phone holder", 4000), ("Two riders on one scooter", 2000)),
    debit=("Correction of a credit given twice", "Refund paid out to the card by hand"),
    reversal=("Charged to the wrong customer", "Entered twice", "Photo shows correct parking"),
    refund=("Brakes did not work", "Ride could not be ended in the app", "Billed while locked"),
    void=("Scooter would not move", "Unlocked by mistake"),
    adjustment=("Survey participation", "Missing points for a past ride", "Contest prize"),
    notes=("Called about a charge, explained the minute price.", "Prefers to be texted.",
           "Reported a broken kickstand near the park, thanked.", "Asked for receipts for work.",
           "Very polite about the parking fee, will pay next week."),
    block=("Repeated riding on sidewalks", "Payment dispute filed", "Scooter vandalised",
           "Several accounts with one card"),
    identity=("High fraud score at signup", "Reported as under age", "Disputed card payment"),
    document="Driver license seen at the front desk.",
    announcements=(("Rain tonight", "Storms are coming in after 6 pm. Ride early and stay dry."),
                   ("New zone", "You can now park at Lake Eola and Hyde Park Village.")),
    streets=("Coral Way", "Ocean Drive", "Palm Avenue", "Bayshore Boulevard", "Orange Street"),
    address="{number} {street}, {city}, FL {postcode}",
)  # fmt: skip

LOYALTY = LoyaltySpec(
    tiers=(
        TierSpec("Explorer", "Everyone starts here.", "#8ecae6", 0),
        TierSpec("Cruiser", "Six rides in four weeks.", "#219ebc", 6,
                 unlock=Decimal(10), multiplier=Decimal("1.1")),
        TierSpec("Voyager", "Fourteen rides in four weeks.", "#ffb703", 14, unlock=Decimal(25),
                 minute=Decimal(5), free_unlocks=2, multiplier=Decimal("1.25")),
        TierSpec("Legend", "Twenty-six rides in four weeks.", "#fb8500", 26, unlock=Decimal(50),
                 minute=Decimal(10), free_unlocks=5, multiplier=Decimal("1.5")),
    ),
    achievements=(
        GoalSpec("First ride", "Welcome aboard.", GoalMetric.RIDES, 1, 25),
        GoalSpec("Regular", "Ten rides.", GoalMetric.RIDES, 10, 100),
        GoalSpec("Half a marathon", "Twenty-one kilometers.", GoalMetric.DISTANCE_KM, 21, 75),
        GoalSpec("Three in a row", "Three days running.", GoalMetric.STREAK_DAYS, 3, 50),
        GoalSpec("Good parker", "Five rides to preferred parking.",
                 GoalMetric.PREFERRED_PARKING, 5, 60),
        GoalSpec("Big spender", "A hundred dollars of rides.", GoalMetric.SPEND, 100, 200),
        GoalSpec("Ambassador", "Three friends brought along.", GoalMetric.REFERRALS, 3, 150),
    ),
    challenges=(
        GoalSpec("Eight in two months", "Eight rides in time.", GoalMetric.RIDES, 8,
                 points=120, credit=500, since=150, until=90),
        GoalSpec("Weekend wheels", "Four weekend rides.", GoalMetric.WEEKEND_RIDES, 4,
                 points=80, free_unlocks=2, featured=True, since=45, until=-15),
        GoalSpec("Thirty kilometers", "Go the distance.", GoalMetric.DISTANCE_KM, 30,
                 points=100, credit=300, since=30, until=-30),
        GoalSpec("Coming soon", "Twelve rides in a month.", GoalMetric.RIDES, 12, points=150,
                 credit=1000, since=-10, until=-40),
    ),
    streak_points=5, streak_cap=20, daily_cap=400, max_redemption=5000,
)  # fmt: skip

FLORIDA = FleetSpec(
    name="Sunmote Florida", weight=6, country="US", currency="USD", timezone="America/New_York",
    locale="en-US", share_url="https://go.sunmote.example/r/",
    payment_mode=PaymentMode.WALLET, identity_mode=IdentityMode.RISK_BASED, minimum_age=18,
    prepaid_countries=("US",), auto_top_up=(200, 1500), top_ups=(500, 1000, 1500, 2000, 3000),
    gifts=(200, 300, 500, 750), prices=Prices(100, 39), former_prices=Prices(100, 35),
    models=("Comet S4", "Comet M2"),
    carriers=("Gulfline Mobile", "Coastal Wireless", "Evergreen Cellular"),
    card_brands=("visa", "mastercard", "amex", "discover"), elsewhere=("NL", "Amsterdam"),
    referral=(("Friend", 0, 300), ("Guide", 3, 500), ("Captain", 8, 800)), referee_reward=300,
    phones=PHONES, cities=(MIAMI, TAMPA, ORLANDO), people=(ENGLISH, SPANISH),
    plans=(
        PlanSpec("Commuter Monthly", 2999, BillingFrequency.MONTHLY, rides=20),
        PlanSpec("Weekly Minutes", 1299, BillingFrequency.WEEKLY, minutes=60),
        PlanSpec("Season", 7900, BillingFrequency.QUARTERLY, minutes=900),
    ),
    packages=(
        PackageSpec("Five Pack", 1800, rides=5, days=60),
        PackageSpec("Beach Day", 900, minutes=30, days=7),
        PackageSpec("Hundred Minutes", 2900, minutes=100),
    ),
    promos=(
        PromoSpec("WELCOME50", percent_off=Decimal(50)),
        PromoSpec("SUNSHINE3", amount_off=300, since=200),
        PromoSpec("TENFREE", free_minutes=10, limit=60, since=120),
        PromoSpec("EARLYBIRD", percent_off=Decimal(20), since=330, until=240),
    ),
    words=WORDS, loyalty=LOYALTY,
)  # fmt: skip

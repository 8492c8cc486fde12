"""The Tokyo fleet: yen, which have no decimals, and points that expire."""

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

SHIBUYA = CitySpec("渋谷", "SBY", "東京都", ("150-0001", "150-0002", "150-0041"), (
    PlaceSpec("渋谷駅前", 35.6590, 139.7006),
    PlaceSpec("代々木公園", 35.6700, 139.6990, preferred=True, reward=8),
    PlaceSpec("恵比寿駅西口", 35.6467, 139.7085, multiplier=Decimal("1.5")),
    PlaceSpec("表参道", 35.6652, 139.7123, preferred=True, reward=8, multiplier=Decimal(2)),
))  # fmt: skip
TAITO = CitySpec("台東", "TAI", "東京都", ("110-0005", "111-0032", "111-0034"), (
    PlaceSpec("上野公園", 35.7141, 139.7741, preferred=True, reward=8),
    PlaceSpec("浅草雷門", 35.7110, 139.7965),
    PlaceSpec("蔵前駅前", 35.7032, 139.7909),
))  # fmt: skip

# Japan sets no numbers aside for fiction. After 090 the next digit is never 0, so these ring
# nowhere; a look-up calls them invalid.
PHONES = (PhoneRange(("+81900",), 0, 10_000_000, 7),)

JAPANESE = PeopleSpec("ja-JP", 0.92, names(
    "陽菜:hina 蓮:ren 結愛:yua 湊:minato 葵:aoi 悠真:yuma 凛:rin 樹:itsuki 芽依:mei 大翔:hiroto"
    " 美咲:misaki 翔太:shota さくら:sakura 健一:kenichi 由美:yumi 直樹:naoki 彩花:ayaka 拓海:takumi"
    " 真理子:mariko 隆:takashi 千尋:chihiro 亮:ryo 恵:megumi 誠:makoto"
), names(
    "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe 山本:yamamoto"
    " 中村:nakamura 小林:kobayashi 加藤:kato 吉田:yoshida 山田:yamada 佐々木:sasaki 松本:matsumoto"
    " 井上:inoue 木村:kimura 林:hayashi 清水:shimizu 森:mori 阿部:abe"
), ("example.jp", "mail.example"), family_first=True)  # fmt: skip
FOREIGN = PeopleSpec("en-US", 0.08, names(
    "Jordan Megan Tyler Alexis Brandon Kayla Derek Vanessa Colin Heather"
), names(
    "Foster Hayes Sanders Brooks Price Perry Long Ross Powell Bryant"
), ("example.com", "example.net"))  # fmt: skip

WORDS = Words(
    credit=("走行中に停止したお詫び", "待ち時間のお詫び", "アプリ障害のお詫び"),
    bonus=("提携ホテルの特典", "ヘルメット着用キャンペーン", "夏祭りの景品"),
    fees=(("点字ブロック上の駐車", 2000), ("区域外での返却", 3000), ("スマホホルダーの破損", 5000)),
    debit=("二重に付与したクレジットの訂正", "カードへ直接返金済み"),
    reversal=("別のお客様への請求", "二重入力", "写真により正しい駐車を確認"),
    refund=("ブレーキの不具合", "アプリで返却できなかった", "施錠の遅延"),
    void=("車両が動かなかった", "誤って解錠"),
    adjustment=("アンケート回答のお礼", "過去の乗車分を付与"),
    notes=("請求について電話あり。分単位の料金を説明済み。", "連絡はメールを希望。",
           "故障車の連絡をいただいた。お礼済み。", "領収書を希望。", "来週入金予定とのこと。"),
    block=("歩道走行の繰り返し", "支払いの異議申し立て", "車両の破損", "複数アカウントの作成"),
    identity=("年齢確認が必要", "カード支払いの異議申し立て", "不正利用の疑い"),
    document="窓口で運転免許証を確認。",
    announcements=(("強風のお知らせ", "今夜は風が強まります。お早めにご利用ください。"),
                   ("新しい駐車ゾーン", "表参道に新しい駐車ゾーンができました。")),
    streets=("神南", "恵比寿西", "上野", "浅草", "宇田川町"),
    address="〒{postcode} 東京都{city}区{street}1-{number}",
)  # fmt: skip

LOYALTY = LoyaltySpec(
    tiers=(
        TierSpec("ブロンズ", "はじめの一歩", "#cd7f32", 0),
        TierSpec("シルバー", "4週間で5回", "#c0c0c0", 5,
                 unlock=Decimal("12.5"), multiplier=Decimal("1.2")),
        TierSpec("ゴールド", "4週間で12回", "#ffd700", 12, unlock=Decimal(25), minute=Decimal(5),
                 free_unlocks=1, multiplier=Decimal("1.5")),
        TierSpec("プラチナ", "4週間で22回", "#e5e4e2", 22, unlock=Decimal(50),
                 minute=Decimal(10), free_unlocks=3, multiplier=Decimal(2)),
    ),
    achievements=(
        GoalSpec("初乗り", "はじめての乗車", GoalMetric.RIDES, 1, 10),
        GoalSpec("常連", "10回の乗車", GoalMetric.RIDES, 10, 50),
        GoalSpec("20キロ", "合計20km走行", GoalMetric.DISTANCE_KM, 20, 40),
        GoalSpec("週末ライダー", "週末に5回", GoalMetric.WEEKEND_RIDES, 5, 30),
        GoalSpec("一万円クラブ", "乗車で合計1万円", GoalMetric.SPEND, 10_000, 100),
    ),
    challenges=(
        GoalSpec("6回チャレンジ", "期間中に6回", GoalMetric.RIDES, 6, points=60, credit=300,
                 since=120, until=80),
        GoalSpec("今月の10キロ", "期間中に10km", GoalMetric.DISTANCE_KM, 10, points=40,
                 free_unlocks=1, featured=True, since=30, until=-20),
    ),
    streak_points=2, expiration_days=90,
)  # fmt: skip

TOKYO = FleetSpec(
    name="風のり Kazenori", weight=1, country="JP", currency="JPY", timezone="Asia/Tokyo",
    locale="ja-JP", share_url="https://kazenori.example/invite/",
    payment_mode=PaymentMode.WALLET, identity_mode=IdentityMode.ALL_USERS, minimum_age=16,
    prepaid_countries=(), auto_top_up=None, top_ups=(1000, 2000, 3000, 5000),
    gifts=(200, 300, 500, 1000), prices=Prices(60, 18), former_prices=Prices(50, 16),
    models=("風 K1", "風 K2"),
    carriers=("ひかりモバイル", "みなと通信"),
    card_brands=("jcb", "visa", "mastercard"), elsewhere=("SG", "Singapore"),
    referral=(("友だち", 0, 300), ("達人", 3, 500)), referee_reward=300,
    phones=PHONES, cities=(SHIBUYA, TAITO), people=(JAPANESE, FOREIGN),
    plans=(
        PlanSpec("月額パス", 2980, BillingFrequency.MONTHLY, rides=20),
        PlanSpec("週間60分", 1180, BillingFrequency.WEEKLY, minutes=60),
    ),
    packages=(
        PackageSpec("5回券", 1000, rides=5, days=60),
        PackageSpec("30分券", 500, minutes=30, days=14),
    ),
    promos=(
        PromoSpec("YOKOSO", percent_off=Decimal(50)),
        PromoSpec("KAZE200", amount_off=200, since=150),
        PromoSpec("MUDAI10", free_minutes=10, limit=30, since=100),
        PromoSpec("HAJIMARI", percent_off=Decimal(30), since=300, until=240),
    ),
    words=WORDS, loyalty=LOYALTY,
)  # fmt: skip

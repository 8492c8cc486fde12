-- The data model behind the customer page: tables, keys and constraints.
-- Every tenant table has subaccount_id in its primary, unique and foreign keys, so that no row points
-- into another fleet; idempotency, keyed by caller, is the one exception.

CREATE TABLE idempotency (
  caller_id text NOT NULL,
  key text NOT NULL,
  input_hash bytea NOT NULL,
  result jsonb,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_idempotency PRIMARY KEY (caller_id, key)
);

CREATE TABLE operator (
  id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  role text NOT NULL,
  locale text,
  CONSTRAINT pk_operator PRIMARY KEY (id),
  CONSTRAINT uq_operator_issuer_subject UNIQUE (issuer, subject),
  CONSTRAINT ck_operator_role
    CHECK (role IN ('SUPER_ADMIN', 'GLOBAL_ADMIN', 'ADMIN', 'FLEET_MANAGER', 'CUSTOMER_SUPPORT',
      'ANALYST', 'SERVICE_TECH', 'VIEWER'))
);

CREATE TABLE subaccount (
  id text NOT NULL,
  name text NOT NULL,
  currency text NOT NULL,
  timezone text NOT NULL,
  default_locale text NOT NULL,
  share_url text NOT NULL,
  payment_mode text NOT NULL,
  minimum_wallet_balance bigint NOT NULL,
  unlock_fee bigint NOT NULL,
  per_minute_rate bigint NOT NULL,
  vehicle_online_window_minutes integer NOT NULL,
  operation_limit bigint NOT NULL,
  minimum_age integer NOT NULL,
  prepaid_risk_countries text[] NOT NULL,
  identity_mode text NOT NULL,
  identity_risk_threshold integer NOT NULL,
  auto_top_up_trigger_below bigint,
  auto_top_up_amount bigint,
  CONSTRAINT pk_subaccount PRIMARY KEY (id),
  CONSTRAINT ck_subaccount_prices
    CHECK (minimum_wallet_balance >= 0 AND unlock_fee >= 0 AND per_minute_rate >= 0),
  CONSTRAINT ck_subaccount_operation_limit CHECK (operation_limit > 0),
  CONSTRAINT ck_subaccount_online_window CHECK (vehicle_online_window_minutes > 0),
  CONSTRAINT ck_subaccount_minimum_age CHECK (minimum_age BETWEEN 0 AND 120),
  CONSTRAINT ck_subaccount_risk_threshold CHECK (identity_risk_threshold BETWEEN 0 AND 100),
  CONSTRAINT ck_subaccount_auto_top_up
    CHECK ((auto_top_up_trigger_below IS NULL) = (auto_top_up_amount IS NULL) AND
      (auto_top_up_amount IS NULL OR auto_top_up_amount > 0)),
  CONSTRAINT ck_subaccount_payment_mode CHECK (payment_mode IN ('WALLET', 'POST_PAID')),
  CONSTRAINT ck_subaccount_identity_mode
    CHECK (identity_mode IN ('DISABLED', 'ALL_USERS', 'RISK_BASED'))
);

CREATE TABLE achievement (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  description text,
  metric text NOT NULL,
  target integer NOT NULL,
  reward_points integer NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT pk_achievement PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_achievement_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_achievement_goal CHECK (target > 0 AND reward_points >= 0),
  CONSTRAINT ck_achievement_goal_metric
    CHECK (metric IN ('RIDES', 'DISTANCE_KM', 'STREAK_DAYS', 'SPEND', 'WEEKEND_RIDES',
      'PREFERRED_PARKING', 'REFERRALS'))
);

CREATE TABLE challenge (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  description text,
  metric text NOT NULL,
  target integer NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  reward_points integer NOT NULL,
  reward_credit bigint,
  reward_free_unlocks integer NOT NULL,
  featured boolean NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT pk_challenge PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_challenge_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_challenge_goal
    CHECK (target > 0 AND reward_points >= 0 AND reward_free_unlocks >= 0),
  CONSTRAINT ck_challenge_reward_credit CHECK (reward_credit > 0),
  CONSTRAINT ck_challenge_order CHECK (ends_at > starts_at),
  CONSTRAINT ck_challenge_goal_metric
    CHECK (metric IN ('RIDES', 'DISTANCE_KM', 'STREAK_DAYS', 'SPEND', 'WEEKEND_RIDES',
      'PREFERRED_PARKING', 'REFERRALS'))
);

CREATE TABLE loyalty_settings (
  subaccount_id text NOT NULL,
  enabled boolean NOT NULL,
  enabled_at timestamptz,
  points_per_currency_unit numeric(12, 4) NOT NULL,
  redemption_rate numeric(12, 6) NOT NULL,
  min_redemption integer NOT NULL,
  max_redemption integer,
  points_expiration_days integer,
  streak_bonus_points integer,
  streak_daily_cap integer,
  daily_earn_cap integer,
  CONSTRAINT pk_loyalty_settings PRIMARY KEY (subaccount_id),
  CONSTRAINT fk_loyalty_settings_subaccount_id
    FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_loyalty_settings_rates
    CHECK (points_per_currency_unit >= 0 AND redemption_rate >= 0),
  CONSTRAINT ck_loyalty_settings_redemption
    CHECK (min_redemption > 0 AND coalesce(max_redemption, min_redemption) >= min_redemption),
  CONSTRAINT ck_loyalty_settings_points_expiration_days CHECK (points_expiration_days > 0)
);

CREATE TABLE loyalty_tier (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  description text,
  color text,
  min_rides integer NOT NULL,
  window_days integer NOT NULL,
  unlock_discount_percent numeric(5, 2) NOT NULL,
  minute_discount_percent numeric(5, 2) NOT NULL,
  free_unlocks_per_month integer NOT NULL,
  points_multiplier numeric(6, 3) NOT NULL,
  CONSTRAINT pk_loyalty_tier PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_loyalty_tier_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT uq_loyalty_tier_subaccount_id_min_rides UNIQUE (subaccount_id, min_rides),
  CONSTRAINT ck_loyalty_tier_rides CHECK (min_rides >= 0 AND window_days > 0),
  CONSTRAINT ck_loyalty_tier_unlock_discount CHECK (unlock_discount_percent BETWEEN 0 AND 100),
  CONSTRAINT ck_loyalty_tier_minute_discount CHECK (minute_discount_percent BETWEEN 0 AND 100),
  CONSTRAINT ck_loyalty_tier_benefits
    CHECK (free_unlocks_per_month >= 0 AND points_multiplier >= 0)
);

CREATE TABLE operator_assignment (
  subaccount_id text NOT NULL,
  operator_id text NOT NULL,
  CONSTRAINT pk_operator_assignment PRIMARY KEY (subaccount_id, operator_id),
  CONSTRAINT fk_operator_assignment_subaccount_id
    FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT fk_operator_assignment_operator_id FOREIGN KEY(operator_id) REFERENCES operator (id)
);
CREATE INDEX ix_operator_assignment_operator_id_subaccount_id
  ON operator_assignment (operator_id, subaccount_id);

CREATE TABLE partner_key (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  rate_limit_per_minute integer NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_partner_key PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_partner_key_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_partner_key_scopes
    CHECK (scopes <@ ARRAY['CUSTOMERS_READ', 'CUSTOMERS_WRITE', 'WALLET_READ', 'WALLET_WRITE',
      'RIDES_READ', 'RIDES_WRITE', 'LOYALTY_READ', 'LOYALTY_WRITE', 'WEBHOOKS_MANAGE']),
  CONSTRAINT ck_partner_key_rate_limit CHECK (rate_limit_per_minute > 0),
  CONSTRAINT ck_partner_key_secret_hash CHECK (octet_length(secret_hash) = 32)
);
CREATE INDEX ix_partner_key_id ON partner_key (id);

CREATE TABLE plan (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  price bigint NOT NULL,
  billing_frequency text NOT NULL,
  included_rides integer,
  included_minutes integer,
  active boolean NOT NULL,
  CONSTRAINT pk_plan PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_plan_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_plan_price CHECK (price >= 0),
  CONSTRAINT ck_plan_included_rides CHECK (included_rides > 0),
  CONSTRAINT ck_plan_included_minutes CHECK (included_minutes > 0),
  CONSTRAINT ck_plan_billing_frequency
    CHECK (billing_frequency IN ('DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'))
);

CREATE TABLE promo_code (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  code text NOT NULL,
  code_key text GENERATED ALWAYS AS (lower(code)) STORED NOT NULL,
  discount_type text NOT NULL,
  percent_off numeric(5, 2),
  amount_off bigint,
  free_minutes integer,
  starts_at timestamptz,
  ends_at timestamptz,
  max_redemptions integer,
  max_redemptions_per_customer integer,
  redemptions integer DEFAULT '0' NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT pk_promo_code PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_promo_code_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT uq_promo_code_subaccount_id_code_key UNIQUE (subaccount_id, code_key),
  CONSTRAINT ck_promo_code_discount
    CHECK (CASE discount_type WHEN 'PERCENTAGE' THEN percent_off > 0 AND percent_off <= 100 WHEN
      'FIXED_AMOUNT' THEN amount_off > 0 ELSE free_minutes > 0 END AND num_nonnulls(percent_off,
      amount_off, free_minutes) = 1),
  CONSTRAINT ck_promo_code_redemptions
    CHECK (redemptions >= 0 AND redemptions <= coalesce(max_redemptions, redemptions)),
  CONSTRAINT ck_promo_code_discount_type
    CHECK (discount_type IN ('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_MINUTES'))
);

CREATE TABLE referral_tier (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  min_referrals integer NOT NULL,
  referrer_reward bigint NOT NULL,
  referee_reward bigint NOT NULL,
  CONSTRAINT pk_referral_tier PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_referral_tier_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT uq_referral_tier_subaccount_id_min_referrals UNIQUE (subaccount_id, min_referrals),
  CONSTRAINT ck_referral_tier_min_referrals CHECK (min_referrals >= 0),
  CONSTRAINT ck_referral_tier_rewards CHECK (referrer_reward >= 0 AND referee_reward >= 0)
);

CREATE TABLE region (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  CONSTRAINT pk_region PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_region_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id)
);

CREATE TABLE ride_package (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  price bigint NOT NULL,
  rides integer,
  minutes integer,
  valid_days integer,
  active boolean NOT NULL,
  CONSTRAINT pk_ride_package PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_ride_package_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_ride_package_price CHECK (price >= 0),
  CONSTRAINT ck_ride_package_rides CHECK (rides > 0),
  CONSTRAINT ck_ride_package_minutes CHECK (minutes > 0),
  CONSTRAINT ck_ride_package_something CHECK (rides IS NOT NULL OR minutes IS NOT NULL)
);

CREATE TABLE vehicle (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  code text NOT NULL,
  imei text NOT NULL,
  model text NOT NULL,
  status text NOT NULL,
  battery_percent integer,
  last_signal_at timestamptz,
  latitude double precision,
  longitude double precision,
  added_at timestamptz NOT NULL,
  CONSTRAINT pk_vehicle PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_vehicle_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT uq_vehicle_subaccount_id_code UNIQUE (subaccount_id, code),
  CONSTRAINT uq_vehicle_subaccount_id_imei UNIQUE (subaccount_id, imei),
  CONSTRAINT ck_vehicle_battery_percent CHECK (battery_percent BETWEEN 0 AND 100),
  CONSTRAINT ck_vehicle_vehicle_status
    CHECK (status IN ('AVAILABLE', 'IN_USE', 'RESERVED', 'MAINTENANCE', 'OFFLINE'))
);
CREATE INDEX ix_vehicle_subaccount_id_added_at_id ON vehicle (subaccount_id, added_at, id);

CREATE TABLE zone (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  preferred_parking boolean NOT NULL,
  reward_points integer NOT NULL,
  rebalancing_multiplier numeric(6, 3) NOT NULL,
  boundary jsonb NOT NULL,
  CONSTRAINT pk_zone PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_zone_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT ck_zone_reward_points CHECK (reward_points >= 0),
  CONSTRAINT ck_zone_rebalancing_multiplier CHECK (rebalancing_multiplier >= 0),
  CONSTRAINT ck_zone_boundary CHECK (jsonb_typeof(boundary) = 'array')
);

CREATE TABLE customer (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  number bigint NOT NULL,
  name text NOT NULL,
  email text,
  email_key text GENERATED ALWAYS AS (lower(email)) STORED,
  phone text,
  device_os text NOT NULL,
  locale text NOT NULL,
  region_id text,
  joined_at timestamptz NOT NULL,
  last_active_at timestamptz,
  blocked_at timestamptz,
  blocked_reason text,
  deleted_at timestamptz,
  stripe_customer_id text,
  completed_rides integer DEFAULT '0' NOT NULL,
  total_spent bigint DEFAULT '0' NOT NULL,
  identity_required boolean DEFAULT 'false' NOT NULL,
  identity_status text DEFAULT 'NOT_REQUIRED' NOT NULL,
  referral_code text NOT NULL,
  CONSTRAINT pk_customer PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_customer_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT fk_customer_subaccount_id_region_id
    FOREIGN KEY(subaccount_id, region_id) REFERENCES region (subaccount_id, id),
  CONSTRAINT uq_customer_subaccount_id_number UNIQUE (subaccount_id, number),
  CONSTRAINT uq_customer_subaccount_id_referral_code UNIQUE (subaccount_id, referral_code),
  CONSTRAINT uq_customer_subaccount_id_stripe_customer_id
    UNIQUE (subaccount_id, stripe_customer_id),
  CONSTRAINT ck_customer_number CHECK (number > 0),
  CONSTRAINT ck_customer_completed_rides CHECK (completed_rides >= 0),
  CONSTRAINT ck_customer_blocked CHECK ((blocked_at IS NULL) = (blocked_reason IS NULL)),
  CONSTRAINT ck_customer_pending_when_required
    CHECK (identity_required OR identity_status <> 'PENDING'),
  CONSTRAINT ck_customer_device_os CHECK (device_os IN ('IOS', 'ANDROID', 'UNKNOWN')),
  CONSTRAINT ck_customer_identity_status
    CHECK (identity_status IN ('NOT_REQUIRED', 'PENDING', 'VERIFIED', 'FAILED'))
);
CREATE INDEX ix_customer_joined ON customer (subaccount_id, joined_at, id);
CREATE INDEX ix_customer_phone ON customer (subaccount_id, phone);
CREATE UNIQUE INDEX ux_customer_email
  ON customer (subaccount_id, email_key) WHERE deleted_at IS NULL;

CREATE TABLE account (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  kind text NOT NULL,
  balance bigint DEFAULT '0' NOT NULL,
  head_seq bigint,
  CONSTRAINT pk_account PRIMARY KEY (subaccount_id, customer_id, kind),
  CONSTRAINT fk_account_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_account_kind CHECK (kind IN ('BALANCE', 'BONUS', 'POINTS')),
  CONSTRAINT ck_account_no_balance_without_entry CHECK (head_seq IS NOT NULL OR balance = 0),
  CONSTRAINT ck_account_never_negative CHECK (balance >= 0 OR kind = 'BALANCE')
);

CREATE TABLE achievement_progress (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  achievement_id text NOT NULL,
  current bigint NOT NULL,
  earned_at timestamptz,
  CONSTRAINT pk_achievement_progress PRIMARY KEY (subaccount_id, customer_id, achievement_id),
  CONSTRAINT fk_achievement_progress_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_achievement_progress_subaccount_id_achievement_id
    FOREIGN KEY(subaccount_id, achievement_id) REFERENCES achievement (subaccount_id, id),
  CONSTRAINT ck_achievement_progress_current CHECK (current >= 0)
);
CREATE INDEX ix_achievement_progress_subaccount_id_achievement_id
  ON achievement_progress (subaccount_id, achievement_id);

CREATE TABLE audit_entry (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  created_at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  customer_id text,
  note text,
  changes jsonb,
  ip_address text,
  request_id text,
  hash text,
  CONSTRAINT pk_audit_entry PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_audit_entry_subaccount_id FOREIGN KEY(subaccount_id) REFERENCES subaccount (id),
  CONSTRAINT fk_audit_entry_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id)
);
CREATE INDEX ix_audit_entry_subaccount_id_customer_id_created_at_id
  ON audit_entry (subaccount_id, customer_id, created_at, id);

CREATE TABLE challenge_progress (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  challenge_id text NOT NULL,
  current bigint NOT NULL,
  completed_at timestamptz,
  CONSTRAINT pk_challenge_progress PRIMARY KEY (subaccount_id, customer_id, challenge_id),
  CONSTRAINT fk_challenge_progress_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_challenge_progress_subaccount_id_challenge_id
    FOREIGN KEY(subaccount_id, challenge_id) REFERENCES challenge (subaccount_id, id),
  CONSTRAINT ck_challenge_progress_current CHECK (current >= 0)
);
CREATE INDEX ix_challenge_progress_subaccount_id_challenge_id
  ON challenge_progress (subaccount_id, challenge_id);

CREATE TABLE customer_note (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  text text NOT NULL,
  author text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_customer_note PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_customer_note_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id)
);
CREATE INDEX ix_customer_note_subaccount_id_customer_id_created_at_id
  ON customer_note (subaccount_id, customer_id, created_at, id);

CREATE TABLE identity_verification (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  required_reason text,
  failure_reason text,
  verified_at timestamptz,
  name_mismatch boolean,
  verified_name text,
  date_of_birth DATE,
  address text,
  id_type text,
  method text,
  notes text,
  risk_score integer,
  CONSTRAINT pk_identity_verification PRIMARY KEY (subaccount_id, customer_id),
  CONSTRAINT fk_identity_verification_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_identity_verification_risk_score CHECK (risk_score BETWEEN 0 AND 100),
  CONSTRAINT ck_identity_verification_identity_document_type
    CHECK (id_type IN ('DRIVING_LICENSE', 'PASSPORT', 'ID_CARD')),
  CONSTRAINT ck_identity_verification_identity_method
    CHECK (method IN ('STRIPE_IDENTITY', 'MANUAL'))
);

CREATE TABLE loyalty_member (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  tier_id text,
  lifetime_earned bigint DEFAULT '0' NOT NULL,
  lifetime_redeemed bigint DEFAULT '0' NOT NULL,
  streak_days integer DEFAULT '0' NOT NULL,
  streak_day DATE,
  last_activity_at timestamptz,
  CONSTRAINT pk_loyalty_member PRIMARY KEY (subaccount_id, customer_id),
  CONSTRAINT fk_loyalty_member_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_loyalty_member_subaccount_id_tier_id
    FOREIGN KEY(subaccount_id, tier_id) REFERENCES loyalty_tier (subaccount_id, id),
  CONSTRAINT ck_loyalty_member_lifetime CHECK (lifetime_earned >= 0 AND lifetime_redeemed >= 0),
  CONSTRAINT ck_loyalty_member_streak_days CHECK (streak_days >= 0)
);
CREATE INDEX ix_loyalty_member_subaccount_id_tier_id ON loyalty_member (subaccount_id, tier_id);

CREATE TABLE notification (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  type text NOT NULL,
  title text NOT NULL,
  message text NOT NULL,
  status text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL,
  delivered_at timestamptz,
  failure_reason text,
  CONSTRAINT pk_notification PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_notification_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_notification_notification_type
    CHECK (type IN ('RIDE', 'ZONE', 'PAYMENT', 'WALLET', 'IDENTITY', 'PROMOTION', 'ACCOUNT',
      'SYSTEM')),
  CONSTRAINT ck_notification_notification_status
    CHECK (status IN ('QUEUED', 'SENT', 'DELIVERED', 'FAILED', 'NO_DEVICE'))
);
CREATE INDEX ix_notification_subaccount_id_customer_id_created_at_id
  ON notification (subaccount_id, customer_id, created_at, id);

CREATE TABLE package_purchase (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  ride_package_id text NOT NULL,
  package_name text NOT NULL,
  purchased_at timestamptz NOT NULL,
  amount_paid bigint NOT NULL,
  rides_included integer,
  minutes_included integer,
  rides_used integer DEFAULT '0' NOT NULL,
  minutes_used integer DEFAULT '0' NOT NULL,
  expires_at timestamptz,
  CONSTRAINT pk_package_purchase PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_package_purchase_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_package_purchase_subaccount_id_ride_package_id
    FOREIGN KEY(subaccount_id, ride_package_id) REFERENCES ride_package (subaccount_id, id),
  CONSTRAINT ck_package_purchase_amount_paid CHECK (amount_paid >= 0),
  CONSTRAINT ck_package_purchase_rides
    CHECK (rides_used >= 0 AND rides_used <= coalesce(rides_included, 0)),
  CONSTRAINT ck_package_purchase_minutes
    CHECK (minutes_used >= 0 AND minutes_used <= coalesce(minutes_included, 0))
);
CREATE INDEX ix_package_purchase_subaccount_id_customer_id_purchased_at_id
  ON package_purchase (subaccount_id, customer_id, purchased_at, id);

CREATE TABLE payment_method (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  type text NOT NULL,
  brand text,
  last4 text,
  exp_month integer,
  exp_year integer,
  is_default boolean DEFAULT 'false' NOT NULL,
  verification text NOT NULL,
  stripe_payment_method_id text,
  added_at timestamptz NOT NULL,
  CONSTRAINT pk_payment_method PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_payment_method_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT uq_payment_method_subaccount_id_stripe_payment_method_id
    UNIQUE (subaccount_id, stripe_payment_method_id),
  CONSTRAINT ck_payment_method_exp_month CHECK (exp_month BETWEEN 1 AND 12),
  CONSTRAINT ck_payment_method_expiry CHECK ((exp_month IS NULL) = (exp_year IS NULL)),
  CONSTRAINT ck_payment_method_payment_method_type
    CHECK (type IN ('CARD', 'APPLE_PAY', 'GOOGLE_PAY', 'SEPA_DEBIT', 'OTHER')),
  CONSTRAINT ck_payment_method_payment_method_verification
    CHECK (verification IN ('VERIFIED', 'UNVERIFIED', 'FAILED'))
);
CREATE INDEX ix_payment_method_subaccount_id_customer_id
  ON payment_method (subaccount_id, customer_id);
CREATE UNIQUE INDEX ux_payment_method_default
  ON payment_method (subaccount_id, customer_id) WHERE is_default;

CREATE TABLE phone_lookup (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  carrier text,
  line_type text NOT NULL,
  prepaid boolean,
  country text,
  risk_score integer,
  risk_level text NOT NULL,
  risk_flags text[] NOT NULL,
  name_match_score integer,
  name_match_level text,
  provider text NOT NULL,
  checked_at timestamptz NOT NULL,
  CONSTRAINT pk_phone_lookup PRIMARY KEY (subaccount_id, customer_id),
  CONSTRAINT fk_phone_lookup_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_phone_lookup_risk_score CHECK (risk_score BETWEEN 0 AND 100),
  CONSTRAINT ck_phone_lookup_unknown CHECK ((risk_score IS NULL) = (risk_level = 'UNKNOWN')),
  CONSTRAINT ck_phone_lookup_name_match_score CHECK (name_match_score BETWEEN 0 AND 100),
  CONSTRAINT ck_phone_lookup_risk_flags
    CHECK (risk_flags <@ ARRAY['VOIP_NUMBER', 'RECENTLY_PORTED', 'PREPAID_CARRIER',
      'NAME_MISMATCH', 'COUNTRY_MISMATCH', 'INVALID_NUMBER', 'SHARED_NUMBER']),
  CONSTRAINT ck_phone_lookup_line_type
    CHECK (line_type IN ('MOBILE', 'LANDLINE', 'VOIP', 'UNKNOWN')),
  CONSTRAINT ck_phone_lookup_risk_level
    CHECK (risk_level IN ('LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH', 'UNKNOWN')),
  CONSTRAINT ck_phone_lookup_name_match_level
    CHECK (name_match_level IN ('EXACT', 'HIGH', 'PARTIAL', 'LOW', 'NONE'))
);

CREATE TABLE referral (
  subaccount_id text NOT NULL,
  referee_id text NOT NULL,
  referrer_id text NOT NULL,
  status text NOT NULL,
  referrer_reward bigint,
  referee_reward bigint,
  created_at timestamptz NOT NULL,
  rewarded_at timestamptz,
  CONSTRAINT pk_referral PRIMARY KEY (subaccount_id, referee_id),
  CONSTRAINT fk_referral_subaccount_id_referee_id
    FOREIGN KEY(subaccount_id, referee_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_referral_subaccount_id_referrer_id
    FOREIGN KEY(subaccount_id, referrer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_referral_not_oneself CHECK (referee_id <> referrer_id),
  CONSTRAINT ck_referral_rewarded CHECK ((status = 'REWARDED') = (rewarded_at IS NOT NULL)),
  CONSTRAINT ck_referral_referral_status CHECK (status IN ('PENDING', 'REWARDED', 'DISQUALIFIED'))
);
CREATE INDEX ix_referral_subaccount_id_referrer_id ON referral (subaccount_id, referrer_id);

CREATE TABLE ride (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  vehicle_id text NOT NULL,
  status text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  distance_meters integer,
  start_latitude double precision,
  start_longitude double precision,
  end_latitude double precision,
  end_longitude double precision,
  end_zone_id text,
  started_by text NOT NULL,
  ended_by text,
  points_earned integer DEFAULT '0' NOT NULL,
  refunded bigint DEFAULT '0' NOT NULL,
  unlock_fee bigint NOT NULL,
  per_minute_rate bigint NOT NULL,
  unlock_discount_percent numeric(5, 2) DEFAULT '0' NOT NULL,
  minute_discount_percent numeric(5, 2) DEFAULT '0' NOT NULL,
  free_unlock boolean DEFAULT 'false' NOT NULL,
  included_ride boolean DEFAULT 'false' NOT NULL,
  included_minutes integer DEFAULT '0' NOT NULL,
  promo_percent_off numeric(5, 2),
  promo_amount_off bigint,
  promo_free_minutes integer,
  CONSTRAINT pk_ride PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_ride_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_ride_subaccount_id_vehicle_id
    FOREIGN KEY(subaccount_id, vehicle_id) REFERENCES vehicle (subaccount_id, id),
  CONSTRAINT fk_ride_subaccount_id_end_zone_id
    FOREIGN KEY(subaccount_id, end_zone_id) REFERENCES zone (subaccount_id, id),
  CONSTRAINT ck_ride_ended CHECK ((status = 'ACTIVE') = (ended_at IS NULL)),
  CONSTRAINT ck_ride_order CHECK (ended_at >= started_at),
  CONSTRAINT ck_ride_distance CHECK (distance_meters >= 0),
  CONSTRAINT ck_ride_refunded CHECK (refunded >= 0),
  CONSTRAINT ck_ride_ride_status CHECK (status IN ('ACTIVE', 'COMPLETED', 'CANCELLED', 'VOIDED'))
);
CREATE INDEX ix_ride_customer ON ride (subaccount_id, customer_id, started_at, id);
CREATE INDEX ix_ride_fleet ON ride (subaccount_id, started_at, id);
CREATE INDEX ix_ride_vehicle ON ride (subaccount_id, vehicle_id, started_at, id);
CREATE INDEX ix_ride_zone ON ride (subaccount_id, end_zone_id);
CREATE UNIQUE INDEX ux_ride_active_customer
  ON ride (subaccount_id, customer_id) WHERE status = 'ACTIVE';
CREATE UNIQUE INDEX ux_ride_active_vehicle
  ON ride (subaccount_id, vehicle_id) WHERE status = 'ACTIVE';

CREATE TABLE ride_subscription (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  plan_id text NOT NULL,
  package_name text NOT NULL,
  status text NOT NULL,
  start_date timestamptz NOT NULL,
  end_date timestamptz,
  billing_frequency text NOT NULL,
  amount bigint NOT NULL,
  rides_included integer,
  minutes_included integer,
  rides_used integer DEFAULT '0' NOT NULL,
  minutes_used integer DEFAULT '0' NOT NULL,
  cancel_at_period_end boolean DEFAULT 'false' NOT NULL,
  stripe_subscription_id text,
  CONSTRAINT pk_ride_subscription PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_ride_subscription_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_ride_subscription_subaccount_id_plan_id
    FOREIGN KEY(subaccount_id, plan_id) REFERENCES plan (subaccount_id, id),
  CONSTRAINT uq_ride_subscription_subaccount_id_stripe_subscription_id
    UNIQUE (subaccount_id, stripe_subscription_id),
  CONSTRAINT ck_ride_subscription_amount CHECK (amount >= 0),
  CONSTRAINT ck_ride_subscription_rides
    CHECK (rides_used >= 0 AND rides_used <= coalesce(rides_included, 0)),
  CONSTRAINT ck_ride_subscription_minutes
    CHECK (minutes_used >= 0 AND minutes_used <= coalesce(minutes_included, 0)),
  CONSTRAINT ck_ride_subscription_ride_subscription_status
    CHECK (status IN ('ACTIVE', 'CANCELLED', 'EXPIRED', 'PENDING')),
  CONSTRAINT ck_ride_subscription_billing_frequency
    CHECK (billing_frequency IN ('DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'))
);
CREATE INDEX ix_ride_subscription_subaccount_id_customer_id_start_date_id
  ON ride_subscription (subaccount_id, customer_id, start_date, id);

CREATE TABLE rider (
  subaccount_id text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  customer_id text NOT NULL,
  CONSTRAINT pk_rider PRIMARY KEY (subaccount_id, issuer, subject),
  CONSTRAINT fk_rider_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT uq_rider_subaccount_id_customer_id UNIQUE (subaccount_id, customer_id)
);
CREATE INDEX ix_rider_issuer_subject ON rider (issuer, subject);

CREATE TABLE signup_location (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  ip_address text,
  ip_city text,
  ip_region text,
  ip_country text,
  latitude double precision,
  longitude double precision,
  accuracy_meters double precision,
  gps_country text,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT pk_signup_location PRIMARY KEY (subaccount_id, customer_id),
  CONSTRAINT fk_signup_location_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT ck_signup_location_latitude CHECK (latitude BETWEEN -90 AND 90),
  CONSTRAINT ck_signup_location_longitude CHECK (longitude BETWEEN -180 AND 180),
  CONSTRAINT ck_signup_location_fix CHECK ((latitude IS NULL) = (longitude IS NULL))
);

CREATE TABLE entry (
  subaccount_id text NOT NULL,
  customer_id text NOT NULL,
  account text NOT NULL,
  seq bigint NOT NULL,
  prev_seq bigint GENERATED ALWAYS AS (nullif(seq - 1, 0)) STORED,
  prev_balance bigint NOT NULL,
  amount bigint NOT NULL,
  balance_after bigint NOT NULL,
  id text NOT NULL,
  txn text NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  note text,
  bonus_reason text,
  transaction_mode text,
  external_reference text,
  ride_id text,
  reverses_id text,
  source text,
  basis_base numeric,
  basis_rate numeric,
  basis_multiplier numeric,
  basis_capped_by bigint,
  created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT pk_entry PRIMARY KEY (subaccount_id, customer_id, account, seq),
  CONSTRAINT fk_entry_account
    FOREIGN KEY(subaccount_id, customer_id, account) REFERENCES account (subaccount_id,
      customer_id, kind),
  CONSTRAINT fk_entry_previous
    FOREIGN KEY(subaccount_id, customer_id, account, prev_seq, prev_balance) REFERENCES entry
      (subaccount_id, customer_id, account, seq, balance_after),
  CONSTRAINT fk_entry_reverses
    FOREIGN KEY(subaccount_id, reverses_id) REFERENCES entry (subaccount_id, id),
  CONSTRAINT fk_entry_subaccount_id_ride_id
    FOREIGN KEY(subaccount_id, ride_id) REFERENCES ride (subaccount_id, id),
  CONSTRAINT uq_entry_balance UNIQUE (subaccount_id, customer_id, account, seq, balance_after),
  CONSTRAINT uq_entry_txn UNIQUE (subaccount_id, txn, customer_id, account),
  CONSTRAINT uq_entry_id UNIQUE (subaccount_id, id),
  CONSTRAINT uq_entry_reverses UNIQUE (subaccount_id, reverses_id),
  CONSTRAINT ck_entry_seq CHECK (seq >= 1),
  CONSTRAINT ck_entry_amount CHECK (amount <> 0),
  CONSTRAINT ck_entry_adds_up CHECK (balance_after = prev_balance + amount),
  CONSTRAINT ck_entry_starts_at_zero CHECK (seq > 1 OR prev_balance = 0),
  CONSTRAINT ck_entry_kind
    CHECK (CASE account WHEN 'POINTS' THEN kind IN ('EARN', 'REDEEM', 'BONUS', 'ADJUSTMENT',
      'EXPIRATION', 'REVERSAL') ELSE kind IN ('CREDIT', 'BONUS', 'FEE', 'DEBIT', 'TOP_UP',
      'AUTO_TOP_UP', 'RIDE_CHARGE', 'RIDE_REFUND', 'PURCHASE', 'POINTS_REDEMPTION',
      'REFERRAL_REWARD', 'CHALLENGE_REWARD', 'BULK_CREDIT', 'IMPORT', 'REVERSAL') END),
  CONSTRAINT ck_entry_overdraws
    CHECK (balance_after >= 0 OR amount > 0 OR account = 'BALANCE' AND kind IN ('FEE', 'DEBIT',
      'RIDE_CHARGE', 'REVERSAL', 'IMPORT')),
  CONSTRAINT ck_entry_undo CHECK ((kind = 'REVERSAL') OR reverses_id IS NULL),
  CONSTRAINT ck_entry_source CHECK (source IS NULL OR account = 'POINTS'),
  CONSTRAINT ck_entry_basis
    CHECK (num_nonnulls(basis_base, basis_rate, basis_multiplier, basis_capped_by) IN (0, 4)),
  CONSTRAINT ck_entry_bonus_reason
    CHECK (bonus_reason IN ('PARTNER', 'OPERATOR', 'CUSTOMER_FAULT', 'OTHER')),
  CONSTRAINT ck_entry_transaction_mode
    CHECK (transaction_mode IN ('CASH', 'BANK_TRANSFER', 'CARD_TERMINAL', 'SAVED_CARD',
      'OTHER')),
  CONSTRAINT ck_entry_points_source
    CHECK (source IN ('RIDE', 'PARKING', 'STREAK', 'ACHIEVEMENT', 'CHALLENGE'))
);
CREATE INDEX ix_entry_ride ON entry (subaccount_id, ride_id) WHERE ride_id IS NOT NULL;
CREATE INDEX ix_entry_time ON entry (subaccount_id, customer_id, created_at, id);
CREATE UNIQUE INDEX ux_entry_external_reference
  ON entry (subaccount_id, transaction_mode, external_reference)
  WHERE external_reference IS NOT NULL;

CREATE TABLE fare (
  subaccount_id text NOT NULL,
  ride_id text NOT NULL,
  minutes integer NOT NULL,
  unlock bigint NOT NULL,
  time bigint NOT NULL,
  tier_discount bigint NOT NULL,
  promo_discount bigint NOT NULL,
  covered_by_plan bigint NOT NULL,
  total bigint NOT NULL,
  paid_from_bonus bigint NOT NULL,
  paid_from_balance bigint NOT NULL,
  paid_by_card bigint NOT NULL,
  left_as_debt bigint NOT NULL,
  CONSTRAINT pk_fare PRIMARY KEY (subaccount_id, ride_id),
  CONSTRAINT fk_fare_subaccount_id_ride_id
    FOREIGN KEY(subaccount_id, ride_id) REFERENCES ride (subaccount_id, id),
  CONSTRAINT ck_fare_lines
    CHECK (unlock + time - tier_discount - promo_discount - covered_by_plan = total),
  CONSTRAINT ck_fare_payments
    CHECK (paid_from_bonus + paid_from_balance + paid_by_card + left_as_debt = total),
  CONSTRAINT ck_fare_no_line_is_negative
    CHECK (least(minutes, unlock, time, tier_discount, promo_discount, covered_by_plan, total,
      paid_from_bonus, paid_from_balance, paid_by_card, left_as_debt) >= 0)
);

CREATE TABLE free_unlock (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  challenge_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  ride_id text,
  CONSTRAINT pk_free_unlock PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_free_unlock_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_free_unlock_subaccount_id_challenge_id
    FOREIGN KEY(subaccount_id, challenge_id) REFERENCES challenge (subaccount_id, id),
  CONSTRAINT fk_free_unlock_subaccount_id_ride_id
    FOREIGN KEY(subaccount_id, ride_id) REFERENCES ride (subaccount_id, id)
);
CREATE INDEX ix_free_unlock_subaccount_id_customer_id ON free_unlock (subaccount_id, customer_id);

CREATE TABLE promo_redemption (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  promo_code_id text NOT NULL,
  discount_value bigint,
  redeemed_at timestamptz NOT NULL,
  ride_id text,
  package_purchase_id text,
  ride_subscription_id text,
  CONSTRAINT pk_promo_redemption PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_promo_redemption_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_promo_redemption_subaccount_id_promo_code_id
    FOREIGN KEY(subaccount_id, promo_code_id) REFERENCES promo_code (subaccount_id, id),
  CONSTRAINT fk_promo_redemption_subaccount_id_ride_id
    FOREIGN KEY(subaccount_id, ride_id) REFERENCES ride (subaccount_id, id),
  CONSTRAINT fk_promo_redemption_subaccount_id_package_purchase_id
    FOREIGN KEY(subaccount_id, package_purchase_id) REFERENCES package_purchase (subaccount_id,
      id),
  CONSTRAINT fk_promo_redemption_subaccount_id_ride_subscription_id
    FOREIGN KEY(subaccount_id, ride_subscription_id) REFERENCES ride_subscription
      (subaccount_id, id),
  CONSTRAINT ck_promo_redemption_one_target
    CHECK (num_nonnulls(ride_id, package_purchase_id, ride_subscription_id) <= 1)
);
CREATE INDEX ix_promo_redemption_subaccount_id_customer_id_redeemed_at_id
  ON promo_redemption (subaccount_id, customer_id, redeemed_at, id);

CREATE TABLE subscription_period (
  subaccount_id text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  ride_subscription_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  paid bigint NOT NULL,
  CONSTRAINT pk_subscription_period PRIMARY KEY (subaccount_id, id),
  CONSTRAINT fk_subscription_period_subaccount_id_customer_id
    FOREIGN KEY(subaccount_id, customer_id) REFERENCES customer (subaccount_id, id),
  CONSTRAINT fk_subscription_period_subaccount_id_ride_subscription_id
    FOREIGN KEY(subaccount_id, ride_subscription_id) REFERENCES ride_subscription
      (subaccount_id, id),
  CONSTRAINT uq_subscription_period_subaccount_id_ride_subscription__8d57
    UNIQUE (subaccount_id, ride_subscription_id, starts_at),
  CONSTRAINT ck_subscription_period_order CHECK (ends_at > starts_at),
  CONSTRAINT ck_subscription_period_paid CHECK (paid >= 0)
);
CREATE INDEX ix_subscription_period_subaccount_id_customer_id
  ON subscription_period (subaccount_id, customer_id);

ALTER TABLE account ADD CONSTRAINT fk_account_head
  FOREIGN KEY (subaccount_id, customer_id, kind, head_seq, balance)
  REFERENCES entry (subaccount_id, customer_id, account, seq, balance_after)
  DEFERRABLE INITIALLY DEFERRED;

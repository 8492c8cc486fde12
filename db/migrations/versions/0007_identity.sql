-- What a check of an identity found is written beside the customer, whose status only
-- change_customer writes; the Radar score is none of it.
GRANT INSERT, UPDATE (required_reason, failure_reason, verified_at, name_mismatch, verified_name,
                      date_of_birth, address, id_type, method, notes)
  ON identity_verification TO kickstand_app;

-- The rules that rides follow, and nothing else of a fleet.
GRANT UPDATE (payment_mode, minimum_wallet_balance, unlock_fee, per_minute_rate,
              vehicle_online_window_minutes, operation_limit, minimum_age, prepaid_risk_countries,
              identity_mode, identity_risk_threshold, auto_top_up_trigger_below, auto_top_up_amount)
  ON subaccount TO kickstand_app;

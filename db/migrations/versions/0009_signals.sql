-- What the worker finds out about a signup and a phone number.
GRANT INSERT, UPDATE, DELETE ON phone_lookup TO kickstand_app;
GRANT UPDATE (ip_city, ip_region, ip_country, gps_country) ON signup_location TO kickstand_app;

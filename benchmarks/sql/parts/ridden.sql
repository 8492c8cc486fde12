ride r
JOIN vehicle v ON v.subaccount_id = r.subaccount_id AND v.id = r.vehicle_id
LEFT JOIN zone z ON z.subaccount_id = r.subaccount_id AND z.id = r.end_zone_id
LEFT JOIN fare f ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id
WHERE r.subaccount_id = c.subaccount_id AND r.customer_id = c.id

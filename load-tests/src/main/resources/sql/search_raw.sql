-- The hundred dearest events, of equal ones the latest: tenant, start, end.
SELECT r.event_id AS name, toInt128(sum(r.cost_picos * r.sign)) AS amount
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY name, r.event_time
ORDER BY amount DESC, r.event_time DESC, name
LIMIT 100

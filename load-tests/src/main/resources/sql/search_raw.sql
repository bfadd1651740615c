-- The hundred dearest events, of equal ones the latest, whole: tenant, start, end.
SELECT r.event_id AS name, toInt128(r.cost_picos) * r.sign AS amount, r.*
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
ORDER BY amount DESC, r.event_time DESC, name
LIMIT 100
;
-- How many there are, and what they cost: tenant, start, end.
SELECT
  r.currency AS currency,
  countIf(r.entry_seq = 0) AS found,
  sum(toInt128(r.cost_picos) * r.sign) AS cost,
  sum(toInt64(r.sign)) AS events
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY currency

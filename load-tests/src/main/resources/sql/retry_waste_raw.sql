-- What superseded attempts of each model cost, and what failed: tenant, start, end.
SELECT
  r.model AS name,
  r.currency AS currency,
  f.last > (greatest(r.attempt, 1), r.event_time, r.event_id) AS superseded,
  r.terminal_status NOT IN ('SUCCESS', 'CANCELLED') AS failed,
  sumIf(toInt128(r.cost_picos) * r.sign, superseded) AS amount,
  sum(toInt128(r.cost_picos) * r.sign) AS cost,
  sum(toInt64(r.sign)) AS events,
  sum(toInt64(r.sign)
    * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')))
    AS unpriced_events
FROM usage_events AS r
LEFT JOIN (
  SELECT
    r.logical_request_id AS logical_request,
    max((greatest(r.attempt, 1), r.event_time, r.event_id)) AS last
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} - INTERVAL 1 DAY
    AND r.event_time < {end:DateTime64(3, 'UTC')} + INTERVAL 1 DAY
    AND r.entry_seq = 0
  GROUP BY logical_request
) AS f ON f.logical_request = r.logical_request_id
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY name, currency, superseded, failed

-- How calls of each endpoint went, from the events: tenant, start, end.
SELECT
  r.provider || ' ' || r.model AS name,
  count() AS amount,
  countIf(r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  countIf(r.terminal_status = 'RATE_LIMITED') AS rate_limited,
  countIf(r.terminal_status = 'TIMEOUT') AS timeouts,
  countIf(r.terminal_status = 'CANCELLED') AS cancelled,
  countIf(r.latency_millis > 0) AS latency_calls,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.latency_millis) AS latency,
  countIf(r.time_to_first_token_millis > 0) AS first_token_calls,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.time_to_first_token_millis) AS first_token
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
GROUP BY name
;
-- In which of its hours they went badly: tenant, start, end.
SELECT
  r.provider || ' ' || r.model AS name,
  toStartOfHour(r.event_time) AS hour_of_day,
  count() AS calls,
  countIf(r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  countIf(r.terminal_status = 'RATE_LIMITED') AS rate_limited,
  countIf(r.terminal_status = 'TIMEOUT') AS timeouts,
  countIf(r.terminal_status = 'CANCELLED') AS cancelled,
  countIf(r.latency_millis > 0) AS latency_calls,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.latency_millis) AS latency,
  countIf(r.time_to_first_token_millis > 0) AS first_token_calls,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.time_to_first_token_millis) AS first_token
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
GROUP BY name, hour_of_day
HAVING calls >= 100 AND (errors > calls / 20 OR latency[2] > 60000)
;
-- What they cost: tenant, start, end.
SELECT
  r.provider AS provider,
  r.model AS model,
  r.currency AS currency,
  sum(toInt128(r.cost_picos) * r.sign) AS cost,
  sumIf(toInt128(r.cost_picos) * r.sign, r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))
    AS error_cost,
  sum(toInt64(r.sign) * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')))
    AS unpriced_events
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY provider, model, currency

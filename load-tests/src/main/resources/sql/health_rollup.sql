-- How calls of each endpoint went: tenant, start, end.
SELECT
  r.provider || ' ' || r.model AS name,
  sum(r.events) AS amount,
  sumIf(r.events, r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  sumIf(r.events, r.terminal_status = 'RATE_LIMITED') AS rate_limited,
  sumIf(r.events, r.terminal_status = 'TIMEOUT') AS timeouts,
  sumIf(r.events, r.terminal_status = 'CANCELLED') AS cancelled,
  sum(r.latency_events) AS latency_calls,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.latency_sketch) AS latency,
  sum(r.first_token_events) AS first_token_calls,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.first_token_sketch) AS first_token
FROM latency_hourly AS r
WHERE r.tenant_id = {tenant:String}
  AND r.hour >= {start:DateTime('UTC')} AND r.hour < {end:DateTime('UTC')}
GROUP BY name
;
-- In which of its hours they went badly: tenant, start, end.
SELECT
  r.provider || ' ' || r.model AS name,
  r.hour AS hour_of_day,
  sum(r.events) AS calls,
  sumIf(r.events, r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  sumIf(r.events, r.terminal_status = 'RATE_LIMITED') AS rate_limited,
  sumIf(r.events, r.terminal_status = 'TIMEOUT') AS timeouts,
  sumIf(r.events, r.terminal_status = 'CANCELLED') AS cancelled,
  sum(r.latency_events) AS latency_calls,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.latency_sketch) AS latency,
  sum(r.first_token_events) AS first_token_calls,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.first_token_sketch) AS first_token
FROM latency_hourly AS r
WHERE r.tenant_id = {tenant:String}
  AND r.hour >= {start:DateTime('UTC')} AND r.hour < {end:DateTime('UTC')}
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

-- How requests of a feature went that began before the middle of the range and after it: tenant,
-- start, end.
WITH fromUnixTimestamp64Milli(intDiv(
  toUnixTimestamp64Milli({start:DateTime64(3, 'UTC')})
    + toUnixTimestamp64Milli({end:DateTime64(3, 'UTC')}), 2), 'UTC') AS deployed
SELECT
  if(q.first >= deployed, 'after', 'before') AS name,
  toInt128(count()) AS amount,
  sum(q.attempts) AS attempts,
  sum(q.errors) AS errors,
  sum(q.tokens) AS tokens,
  sum(q.unpriced) AS unpriced_events,
  sum(q.cost) AS cost,
  sum(toInt256(q.cost) * q.cost) AS squares
FROM (
  SELECT
    min(r.event_time) AS first,
    sum(toInt64(r.sign)) AS attempts,
    sum(toInt64(r.sign) * (r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
    sum((r.input_tokens + r.output_tokens) * r.sign) AS tokens,
    sum(toInt64(r.sign)
      * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')))
      AS unpriced,
    sum(toInt128(r.cost_picos) * r.sign) AS cost
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
    AND r.feature = 'feature-3'
  GROUP BY r.logical_request_id
) AS q
GROUP BY name
;
-- How long the calls took: tenant, start, end.
WITH fromUnixTimestamp64Milli(intDiv(
  toUnixTimestamp64Milli({start:DateTime64(3, 'UTC')})
    + toUnixTimestamp64Milli({end:DateTime64(3, 'UTC')}), 2), 'UTC') AS deployed
SELECT
  r.event_time >= deployed AS after,
  count() AS calls,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.latency_millis) AS latency,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.time_to_first_token_millis) AS first_token
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
  AND r.feature = 'feature-3'
GROUP BY after

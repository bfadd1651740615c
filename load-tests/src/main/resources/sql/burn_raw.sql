-- What calls of each team were charged to budgets, and all of them: tenant, start, end.
SELECT toString(r.team) AS name, sum(toInt128(r.quota_nanos)) * 1000 AS amount
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
GROUP BY GROUPING SETS ((name), ())
;
-- What they used by day, from a month before: what a forecast is made of. Tenant, start, end.
SELECT
  toString(r.team) AS team,
  toStartOfDay(r.checked_at) AS day,
  sumIf(
    toInt128(r.quota_nanos),
    r.currency = 'USD'
      AND NOT (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS cost,
  countIf(r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
    AS unpriced_events,
  sum(toInt128(r.input_tokens + r.cache_read_tokens + r.cache_write_tokens)) AS input_tokens,
  sum(toInt128(r.output_tokens + r.reasoning_tokens)) AS output_tokens,
  count() AS requests
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} - INTERVAL 31 DAY
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
GROUP BY GROUPING SETS ((team, day), (day))

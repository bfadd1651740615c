-- What one tenant spent within a time range, from the events themselves.
-- Parameters: tenant; start and end, in whole milliseconds.
-- $columns and $keys are the time bucket and the groups, $filters further conditions, $tail the
-- order and the page: composed by CostStatement from fixed texts, never from a caller's.
-- One row per bucket, group and currency; amounts in picos. The measures are the rollup's.
SELECT
  $columns
  r.currency AS currency,
  sum(toInt128(r.cost_picos) * r.sign) AS cost,
  sum(toInt64(r.sign)) AS events,
  sum(toInt64(r.sign) * (r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(r.sign)
    * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(r.input_tokens * r.sign) AS input_tokens,
  sum(r.cache_read_tokens * r.sign) AS cache_read_tokens,
  sum(r.cache_write_tokens * r.sign) AS cache_write_tokens,
  sum(r.output_tokens * r.sign) AS output_tokens,
  sum(r.reasoning_tokens * r.sign) AS reasoning_tokens
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  $filters
GROUP BY $keys currency
$tail

-- What one tenant spent within a time range, from the quarter hours.
-- Parameters: tenant; start and end, both at the beginning of a quarter; what the places need.
-- $columns and $keys are the time bucket and the groups, $currency that of amounts, $measures what is
-- added up, $filters further conditions, $tail the order and the page: composed by CostStatement from fixed texts, never from a
-- caller's. One row per bucket, group and currency; amounts in picos.
SELECT
  $columns
  $currency AS currency,
  $measures
FROM usage_rollup AS r
WHERE r.tenant_id = {tenant:String}
  AND r.slot >= {start:DateTime('UTC')}
  AND r.slot < {end:DateTime('UTC')}
  $filters
GROUP BY $keys currency
$tail

-- What one tenant's endpoints cost within a time range, and in hours of it.
-- Parameters: tenant; start and end, in whole milliseconds; what the places need. $columns and $keys
-- are what an endpoint is, $hour is a row's, $filters are conditions, $ill keeps hours: composed by
-- HealthStatement.
-- One row per endpoint and currency, with hour 0, and one per hour that is asked for; in picos. Hours
-- are added up first, so that no event is twice.
SELECT
  h.hour AS hour,
  $keys
  h.currency AS currency,
  sum(h.cost) AS cost,
  sum(h.error_cost) AS error_cost,
  sum(h.unpriced_events) AS unpriced_events
FROM (
  SELECT
    $hour AS hour,
    $columns
    r.currency AS currency,
    sum(toInt128(r.cost_picos) * r.sign) AS cost,
    sumIf(
      toInt128(r.cost_picos) * r.sign, r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')
    ) AS error_cost,
    sumIf(
      toInt64(r.sign),
      r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')
    ) AS unpriced_events
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')}
    AND r.event_time < {end:DateTime64(3, 'UTC')}
    $filters
  GROUP BY $keys currency, hour
) AS h
GROUP BY GROUPING SETS (($keys currency), ($keys currency, hour))
HAVING hour = 0 OR $ill

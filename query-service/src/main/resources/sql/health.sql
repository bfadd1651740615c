-- How calls of one tenant's endpoints went within a time range, and in which hours they went badly.
-- Parameters: tenant; start and end, in whole hours or milliseconds; error_rate, rate_limited_share,
-- latency_factor and calls, by which an hour is ill; what the places need. $columns and $keys are
-- what an endpoint is, $hour is a row's, $measures what is counted, $table where, $range, $calls and
-- $filters are conditions: composed by HealthStatement.
-- One row per endpoint, with hour 0, and one per ill hour.
SELECT
  *,
  quantileExactIf(0.5)(
    h.latency_quantiles[2], h.hour > 0 AND h.latency_calls >= {calls:Int64}
  ) OVER (PARTITION BY $keys) AS usual_p90,
  h.hour > 0 AND h.calls >= {calls:Int64} AND h.errors / h.calls > {error_rate:Float64}
    AS ill_by_errors,
  h.hour > 0 AND h.calls >= {calls:Int64} AND h.rate_limited / h.calls > {rate_limited_share:Float64}
    AS ill_by_rate_limits,
  h.hour > 0 AND h.latency_calls >= {calls:Int64}
    AND h.latency_quantiles[2] > {latency_factor:Float64} * usual_p90
    AS ill_by_latency
FROM (
  SELECT
    $hour AS hour,
    $columns
    $measures
  FROM $table AS r
  WHERE r.tenant_id = {tenant:String}
    AND $range
    $calls
    $filters
  GROUP BY GROUPING SETS (($keys), ($keys, hour))
) AS h
QUALIFY h.hour = 0 OR ill_by_errors OR ill_by_rate_limits OR ill_by_latency

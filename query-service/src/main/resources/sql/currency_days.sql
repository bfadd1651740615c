-- On which days one tenant had costs in which currencies within a time range.
-- Parameters: tenant; start and end; what the places need. $table is usage_rollup or usage_events,
-- $day the day of a row, counted from 1970, $range and $filters are conditions.
-- One row per currency and day.
SELECT r.currency AS currency, $day AS day
FROM $table AS r
WHERE r.tenant_id = {tenant:String}
  AND $range
  AND (r.cost_picos != 0 OR r.list_cost_picos != 0)
  $filters
GROUP BY currency, day
ORDER BY currency, day

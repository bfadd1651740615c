-- How much of what one tenant's users cost within a time range the dearest one in a hundred make
-- up.
-- Parameters: tenant; start and end; what the places need. $table is usage_rollup or usage_events,
-- $cost what is added up of its rows, $range and $filters are conditions.
-- One row per currency; amounts in picos.
SELECT
  u.currency AS currency,
  count() AS users,
  intDiv(count() + 99, 100) AS top,
  sum(u.cost) AS cost,
  arrayFold((acc, x) -> acc + x,
    arraySlice(arrayReverseSort(groupArray(u.cost)), 1, top), toInt128(0)) AS top_cost
FROM (
  SELECT r.user AS person, r.currency AS currency, sum($cost) AS cost
  FROM $table AS r
  WHERE r.tenant_id = {tenant:String}
    AND $range
    AND r.user != ''
    $filters
  GROUP BY person, currency
) AS u
GROUP BY currency
ORDER BY currency

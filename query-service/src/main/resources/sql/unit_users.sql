-- How much of what one tenant's users cost within a time range the dearest one in a hundred make
-- up.
-- Parameters: tenant; start and end; what the places need. $table is usage_rollup or usage_events,
-- $currency that of amounts, $worth what is added up of its rows, $cost and $dearest what both sums
-- say in picos, $range and $filters are conditions.
-- One row per currency; amounts in picos.
SELECT
  t.currency AS currency,
  t.users AS users,
  t.top AS top,
  $cost AS cost,
  $dearest AS top_cost
FROM (
  SELECT
    u.currency AS currency,
    count() AS users,
    intDiv(count() + 99, 100) AS top,
    sum(u.cost) AS cost,
    arrayFold((acc, x) -> acc + x,
      arraySlice(arrayReverseSort(groupArray(u.cost)), 1, top), toInt256(0)) AS top_cost
  FROM (
    SELECT r.user AS person, $currency AS currency, sum($worth) AS cost
    FROM $table AS r
    WHERE r.tenant_id = {tenant:String}
      AND $range
      AND r.user != ''
      $filters
    GROUP BY person, currency
  ) AS u
  GROUP BY currency
) AS t
ORDER BY currency

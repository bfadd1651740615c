-- On which days one tenant had costs in which currencies of what began within a time range.
-- Parameters and places: those of outcome.sql; $day is the day of a row, counted from 1970.
-- One row per currency and day.
SELECT r.currency AS currency, $day AS day
FROM $table AS r
WHERE r.tenant_id = {tenant:String}
  AND r.cost_picos != 0
  AND $ref != ''
  $filters
  AND $ref GLOBAL IN (
    SELECT $ref AS ref
    FROM $table AS r
    WHERE r.tenant_id = {tenant:String}
      AND $ref != ''
      $filters
      AND $ref GLOBAL IN (
        SELECT $ref FROM $table AS r WHERE r.tenant_id = {tenant:String} AND $began $filters)
    GROUP BY ref
    HAVING $first >= {start:DateTime64(3, 'UTC')} AND $first < {end:DateTime64(3, 'UTC')})
GROUP BY currency, day
ORDER BY currency, day

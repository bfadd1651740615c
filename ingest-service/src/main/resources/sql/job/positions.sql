-- How many rows a table has of each position of a log. Of all tenants: it is their writer's.
SELECT
  log_position,
  count() AS rows
FROM %s
WHERE log_id = {log:String}
  AND log_position BETWEEN {first:UInt64} AND {last:UInt64}
GROUP BY log_position

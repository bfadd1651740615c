-- How many rows of a rollup come from before it knew its logs. Of all tenants: it is the writer's.
SELECT count() AS rows
FROM %s
WHERE %s

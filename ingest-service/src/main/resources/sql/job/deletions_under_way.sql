-- How many deletions of a log's rows in a rollup are not carried out yet. Of all tenants: it is the writer's.
SELECT count() AS deletions
FROM system.mutations
WHERE database = currentDatabase()
  AND table = {table:String}
  AND NOT is_done
  AND position(command, {log:String}) > 0

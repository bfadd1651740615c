-- What stands in the rows of one tenant for users' names.
-- Parameters: tenant; names.
SELECT DISTINCT r.surrogate AS surrogate
FROM control_users AS r
WHERE r.tenant_id = {tenant:String}
  AND r.name IN {names:Array(String)}
  AND r.surrogate NOT IN (
    SELECT e.surrogate FROM control_erasures AS e WHERE e.tenant_id = {tenant:String})

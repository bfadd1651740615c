-- Whose the surrogates in the rows of one tenant are; those that were erased are left out.
-- Parameters: tenant; surrogates.
SELECT DISTINCT r.surrogate AS surrogate, r.name AS name
FROM control_users AS r
WHERE r.tenant_id = {tenant:String}
  AND r.surrogate IN {surrogates:Array(String)}
  AND r.surrogate NOT IN (
    SELECT e.surrogate FROM control_erasures AS e WHERE e.tenant_id = {tenant:String})

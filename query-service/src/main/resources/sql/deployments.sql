-- What one tenant brought into use.
-- Parameters: tenant; what the places need. $columns are all dimensions, $chosen says which ones,
-- $filters are conditions: composed by DeploymentStatement. One row per deployment, by time.
SELECT
  $columns
  r.tags AS all_tags,
  r.deployment_id AS id,
  r.deployment_time AS happened,
  toString(r.service) AS software,
  r.description AS text,
  r.url AS address
FROM deployments AS r
WHERE r.tenant_id = {tenant:String}
  AND $chosen
  $filters
ORDER BY happened, id
LIMIT {most:UInt32}

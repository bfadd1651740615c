-- How many calls, outcomes, deployments and cost lines are under a surrogate of a tenant.
-- Parameters: tenant, surrogate.
SELECT
  (SELECT toInt64(sum(r.events)) FROM usage_rollup AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.user = {surrogate:String}) AS events,
  (SELECT toInt64(count()) FROM outcomes AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.user = {surrogate:String}) AS outcomes,
  (SELECT toInt64(count()) FROM deployments AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.user = {surrogate:String}) AS deployments,
  (SELECT toInt64(count()) FROM cost_lines AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.user = {surrogate:String}) AS cost_lines

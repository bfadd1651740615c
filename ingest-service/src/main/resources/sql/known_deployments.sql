-- Which of these deployments does the ledger have, whenever they were, and what had their callers
-- sent? tenant, ids. Answers event_id and content (hexadecimal).
SELECT deployment_id AS event_id, lower(hex(argMax(fingerprint, version))) AS content
FROM deployments
WHERE tenant_id = {tenant:String}
  AND deployment_id IN {ids:Array(String)}
GROUP BY event_id

-- Which of these cost lines does the ledger have, whenever they were, and what had their callers
-- sent? tenant, ids. Answers event_id and content (hexadecimal).
SELECT cost_id AS event_id, lower(hex(argMax(fingerprint, version))) AS content
FROM cost_lines
WHERE tenant_id = {tenant:String}
  AND cost_id IN {ids:Array(String)}
GROUP BY event_id

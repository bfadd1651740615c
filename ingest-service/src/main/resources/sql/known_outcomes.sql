-- Which of these outcomes does the ledger have, and what had their callers sent?
-- tenant, ids, the hours that their times are in; from the first of them until the last is over.
-- Answers event_id and content (hexadecimal); reads the granules of those hours only.
SELECT outcome_id AS event_id, lower(hex(argMax(fingerprint, version))) AS content
FROM outcomes
WHERE tenant_id = {tenant:String}
  AND toStartOfHour(outcome_time) IN {hours:Array(DateTime('UTC'))}
  AND outcome_time >= {from:DateTime64(3, 'UTC')}
  AND outcome_time < {until:DateTime64(3, 'UTC')}
  AND outcome_id IN {ids:Array(String)}
GROUP BY event_id

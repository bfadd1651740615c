-- Which of these events does the ledger have, and what had their callers sent?
-- tenant, ids, the hours that their event times are in; from the first of them until the last is
-- over.
-- Answers event_id and fingerprint (hexadecimal); reads the granules of those hours only.
-- An event that was accepted twice in spite of everything is answered by its first entry.
SELECT event_id, lower(hex(argMax(fingerprint, version))) AS content
FROM usage_events
WHERE tenant_id = {tenant:String}
  AND toStartOfHour(event_time) IN {hours:Array(DateTime('UTC'))}
  AND event_time >= {from:DateTime64(3, 'UTC')}
  AND event_time < {until:DateTime64(3, 'UTC')}
  AND event_id IN {ids:Array(String)}
  AND entry_seq = 0
GROUP BY event_id

-- When the latest of one tenant's events was received, of each log that the ledger has events from.
-- Parameters: tenant; start, the first time of an event that is looked at.
-- One row per log.
SELECT r.log_id AS log, max(r.received_time) AS received
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
GROUP BY log

-- Up to which event time does the ledger know anything? Asked once, when a log begins.
-- No parameters. Answers one row: how many entries there are, and the latest event time.
-- Of all tenants: it bounds what a new log may take for new without asking.
SELECT count() AS entries, max(event_time) AS latest
FROM usage_events

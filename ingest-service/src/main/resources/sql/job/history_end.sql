-- Up to which event time does the ledger know anything? Asked once, when a log begins.
-- No parameters. Answers one row: how many entries there are, and the latest event time.
-- Deployments and cost lines are known by their ids, whatever their time: for them it is 0.
-- Of all tenants: it bounds what a new log may take for new without asking.
SELECT sum(s.entries) AS entries, max(s.latest) AS latest
FROM (
  SELECT count() AS entries, max(event_time) AS latest FROM usage_events
  UNION ALL
  SELECT count() AS entries, max(outcome_time) AS latest FROM outcomes
  UNION ALL
  SELECT count() AS entries, toDateTime64(0, 3, 'UTC') AS latest FROM deployments
  UNION ALL
  SELECT count() AS entries, toDateTime64(0, 3, 'UTC') AS latest FROM cost_lines
) AS s

-- In which hours do a tenant's events of a selection lie, and how many in each?
-- tenant; from, until; provider (empty: every one); model, a pattern of LIKE.
-- Answers hour and events, in the order of time. A charge always counts at its event's own time.
SELECT toStartOfHour(e.event_time) AS hour, count() AS events
FROM usage_events AS e
WHERE e.tenant_id = {tenant:String}
  AND e.event_time >= {from:DateTime64(3, 'UTC')}
  AND e.event_time < {until:DateTime64(3, 'UTC')}
  AND e.entry_seq = 0
  AND ({provider:String} = '' OR e.provider = {provider:String})
  AND e.model LIKE {model:String}
GROUP BY hour
ORDER BY hour

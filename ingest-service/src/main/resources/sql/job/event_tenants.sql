-- Of which tenants are there events in a selection?
-- from, until; provider (empty: every one); model, a pattern of LIKE. Answers tenant, in order.
-- Of all tenants: for a repricing of the installation, which only an operator can start.
SELECT DISTINCT e.tenant_id AS tenant
FROM usage_events AS e
WHERE e.event_time >= {from:DateTime64(3, 'UTC')}
  AND e.event_time < {until:DateTime64(3, 'UTC')}
  AND e.entry_seq = 0
  AND ({provider:String} = '' OR e.provider = {provider:String})
  AND e.model LIKE {model:String}
ORDER BY tenant

-- What calls of each team were charged to budgets, and all of them: tenant, start, end.
SELECT toString(r.team) AS name, sum(toInt128(r.quota_nanos)) * 1000 AS amount
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
GROUP BY GROUPING SETS ((name), ())

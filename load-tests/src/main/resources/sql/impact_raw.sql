-- How many requests of a feature began before the middle of the range and after it: tenant, start,
-- end.
WITH fromUnixTimestamp64Milli(intDiv(
  toUnixTimestamp64Milli({start:DateTime64(3, 'UTC')})
    + toUnixTimestamp64Milli({end:DateTime64(3, 'UTC')}), 2), 'UTC') AS deployed
SELECT if(first >= deployed, 'after', 'before') AS name, toInt128(count()) AS amount
FROM (
  SELECT min(r.event_time) AS first, sum(toInt128(r.cost_picos) * r.sign) AS cost
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
    AND r.entry_seq = 0
    AND r.feature = 'feature-3'
  GROUP BY r.logical_request_id
)
GROUP BY name

-- What one tenant's calls used and cost within a time range, entry by entry.
-- Parameters: tenant; start and end, in whole milliseconds; what the place needs. $filters are
-- conditions. What the caller's own cache answered is left out. `happened` is when the call ended,
-- also of a correction that counts at another time.
SELECT
  toUnixTimestamp64Milli(
    if(r.origin_time = toDateTime64(0, 3, 'UTC'), r.event_time, r.origin_time)
  ) AS happened,
  toInt64(r.sign) AS signed,
  toString(r.service_tier) AS tier,
  toString(r.region) AS place,
  r.usage AS used,
  toString(r.currency) AS currency_code,
  r.cost_picos AS cost,
  toString(r.charge_status) AS status
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.served_from != 'CACHE'
  $filters

-- In which whole hours each tenant's rows of a part of a batch lie. Of all tenants: it is their writer's.
SELECT
  tenant_id,
  toStartOfHour(min(event_time)) AS from,
  toStartOfHour(max(event_time)) + INTERVAL 1 HOUR AS until
FROM usage_events
WHERE log_id = {log:String}
  AND log_position BETWEEN {first:UInt64} AND {last:UInt64}
GROUP BY tenant_id

-- Feeds ref_cost's log_id.
ALTER TABLE ref_cost_view MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  r.1 AS kind,
  r.2 AS ref,
  toDate(e.event_time, 'UTC') AS day,
  e.currency AS currency,
  e.log_id AS log_id,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.attempt > 1)) AS retries,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  min(if(toUnixTimestamp64Milli(e.origin_time) = 0, e.event_time, e.origin_time)) AS first_time,
  max(if(toUnixTimestamp64Milli(e.origin_time) = 0, e.event_time, e.origin_time)) AS last_time
FROM usage_events AS e
ARRAY JOIN [('session', e.session), ('interaction', e.interaction), ('trace', e.trace)] AS r
WHERE r.2 != ''
GROUP BY tenant_id, kind, ref, day, currency, log_id

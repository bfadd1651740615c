-- Feeds latency_hourly's log_id.
ALTER TABLE latency_hourly_view MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfHour(e.event_time), 'UTC') AS hour,
  e.provider AS provider,
  e.model AS model,
  e.feature AS feature,
  e.endpoint AS endpoint,
  e.region AS region,
  e.terminal_status AS terminal_status,
  e.log_id AS log_id,
  toInt64(count()) AS events,
  toInt64(countIf(e.latency_millis > 0)) AS latency_events,
  toInt64(sum(e.latency_millis)) AS latency_millis,
  toInt64(countIf(e.time_to_first_token_millis > 0)) AS first_token_events,
  toInt64(sum(e.time_to_first_token_millis)) AS first_token_millis,
  quantilesDDStateIf(0.01, 0.5, 0.9, 0.99)(e.latency_millis, e.latency_millis > 0)
    AS latency_sketch,
  quantilesDDStateIf(0.01, 0.5, 0.9, 0.99)(
    e.time_to_first_token_millis, e.time_to_first_token_millis > 0
  ) AS first_token_sketch
FROM usage_events AS e
WHERE e.entry_seq = 0
GROUP BY tenant_id, hour, provider, model, feature, endpoint, region, terminal_status, log_id

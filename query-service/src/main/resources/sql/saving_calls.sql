-- What one tenant's calls within a time range were, as they were first booked, in their order.
-- Parameters and place as in saving_models.sql. One row per call.
SELECT
  r.event_id AS event,
  toUnixTimestamp64Milli(r.event_time) AS happened,
  toString(r.feature) AS feature_name,
  toString(r.provider) AS provider_name,
  toString(r.model) AS model_name,
  toString(r.region) AS place,
  toString(r.service_tier) AS tier,
  r.usage AS used,
  toString(r.currency) AS currency_code,
  r.cost_picos AS cost,
  toString(r.charge_status) AS status,
  r.input_fingerprint AS input,
  r.system_prompt_tokens AS system_tokens,
  r.requested_max_output_tokens AS output_limit,
  toUInt8(r.user = '' AND r.session = '' AND r.interaction = '') AS unattended
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
  AND r.served_from != 'CACHE'
  $filters
ORDER BY r.event_time, r.event_id

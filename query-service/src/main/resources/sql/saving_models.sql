-- How the models did that one tenant used for its features within a time range.
-- Parameters: tenant; start and end, in whole milliseconds; what the place needs. $filters are
-- conditions. What the caller's own cache answered is left out.
-- One row per feature, provider and model. `needed` is how many output tokens 95 % of successful calls
-- need at most.
SELECT
  toString(r.feature) AS feature_name,
  toString(r.provider) AS provider_name,
  toString(r.model) AS model_name,
  toInt64(countIf(r.terminal_status != 'CANCELLED')) AS calls,
  toInt64(countIf(r.terminal_status = 'SUCCESS')) AS successes,
  toInt64(
    ifNotFinite(
      toFloat64(quantileExactIf(0.95)(
        r.output_tokens + r.reasoning_tokens, r.terminal_status = 'SUCCESS'
      )),
      0
    )
  ) AS needed
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
  AND r.served_from != 'CACHE'
  $filters
GROUP BY feature_name, provider_name, model_name

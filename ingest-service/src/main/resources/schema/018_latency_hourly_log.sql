-- Which log the rows come from, as in usage_rollup.
ALTER TABLE latency_hourly
  ADD COLUMN IF NOT EXISTS log_id LowCardinality(String) AFTER terminal_status,
  MODIFY ORDER BY (
    tenant_id, hour, feature, model, provider, endpoint, region, terminal_status, log_id
  )

-- Which log the rows come from, as in usage_rollup.
ALTER TABLE ref_cost
  ADD COLUMN IF NOT EXISTS log_id LowCardinality(String) AFTER currency,
  MODIFY ORDER BY (
    tenant_id, kind, ref, day, currency, log_id
  )

-- Which attribution rule filled in dimensions of an event; empty where none did, and in rows that are
-- older than the column. `backfilled` is 1 for history that was brought in later: its calls count in
-- costs, but moved no budget, whatever `quota_nanos` says that they would have.
ALTER TABLE usage_events
  ADD COLUMN IF NOT EXISTS attribution_rule LowCardinality(String) AFTER quality_score,
  ADD COLUMN IF NOT EXISTS backfilled UInt8 AFTER attribution_rule

-- How many events are retries, their attempt above 1: events - retries are the logical requests, as
-- in ref_cost. Rows that are older than the column have 0, which the comparison of rollups finds.
ALTER TABLE usage_rollup
  ADD COLUMN IF NOT EXISTS retries SimpleAggregateFunction(sum, Int64) AFTER events

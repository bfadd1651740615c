-- Whose a surrogate is: the only place where a user's name stands. `user` in usage_events, in its
-- rollups, in outcomes, deployments and cost_lines is a surrogate; one that is not here belongs to
-- somebody who was erased (or, in a database from before this step, is the name itself).
-- The same row may come often: they are all alike. fsynced, because a name that was lost would be
-- one erased by accident.
CREATE TABLE IF NOT EXISTS control_users (
  tenant_id LowCardinality(String),
  surrogate String CODEC(ZSTD(1)),
  name String CODEC(ZSTD(1)),
  log_id LowCardinality(String),
  log_position UInt64 CODEC(DoubleDelta, ZSTD(1)),
  batch UInt64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, surrogate)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  non_replicated_deduplication_window = 20000

-- Which surrogates were erased, by whom (the public id of a credential) and why; append-only. A name
-- that still comes for one of them is not shown, and is deleted again.
CREATE TABLE IF NOT EXISTS control_erasures (
  tenant_id LowCardinality(String),
  surrogate String,
  actor String,
  reason String,
  erase_time DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (tenant_id, surrogate)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1

-- What was brought into use, and when: one row per deployment, appended and never changed.
-- The dimensions are those that usage has from then on. `version` as in usage_events.
-- Few rows, known by their ids whatever their time: hence the order.
CREATE TABLE IF NOT EXISTS deployments (
  tenant_id LowCardinality(String),
  deployment_id String CODEC(ZSTD(1)),
  deployment_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  service LowCardinality(String),
  description String CODEC(ZSTD(1)),
  url String CODEC(ZSTD(1)),

  customer String CODEC(ZSTD(1)),
  team LowCardinality(String),
  cost_center LowCardinality(String),
  project LowCardinality(String),
  user String CODEC(ZSTD(1)),
  feature LowCardinality(String),
  environment LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  endpoint LowCardinality(String),
  region LowCardinality(String),
  api_key LowCardinality(String),
  agent LowCardinality(String),
  workflow LowCardinality(String),
  session String CODEC(ZSTD(1)),
  interaction String CODEC(ZSTD(1)),
  trace String CODEC(ZSTD(1)),
  request String CODEC(ZSTD(1)),
  operation LowCardinality(String),
  customer_tier LowCardinality(String),
  plan LowCardinality(String),
  prompt_version LowCardinality(String),
  release LowCardinality(String),
  tags Map(LowCardinality(String), String),

  received_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  fingerprint FixedString(16),
  version UInt64 CODEC(DoubleDelta, ZSTD(1)),
  log_id LowCardinality(String),
  log_position UInt64 CODEC(DoubleDelta, ZSTD(1)),
  batch UInt64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(deployment_time)
ORDER BY (tenant_id, deployment_id)
SETTINGS non_replicated_deduplication_window = 20000

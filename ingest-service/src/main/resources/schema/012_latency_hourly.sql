-- How long calls took, per hour, by what a caller chooses among: what endpoint health reads.
-- Of charges only: a reversal or an adjustment is no further call, so repricing changes nothing here.
-- `events` counts all calls, `latency_events` and `first_token_events` those whose time is known; the
-- sketches hold just these. They merge; relative accuracy 1 %:
-- quantilesDDMerge(0.01, 0.5, 0.99)(latency_sketch). Few dimensions, because a sketch is large.
CREATE TABLE IF NOT EXISTS latency_hourly (
  tenant_id LowCardinality(String),
  hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  provider LowCardinality(String),
  model LowCardinality(String),
  feature LowCardinality(String),
  endpoint LowCardinality(String),
  region LowCardinality(String),
  terminal_status LowCardinality(String),

  events SimpleAggregateFunction(sum, Int64),
  latency_events SimpleAggregateFunction(sum, Int64),
  latency_millis SimpleAggregateFunction(sum, Int64),
  first_token_events SimpleAggregateFunction(sum, Int64),
  first_token_millis SimpleAggregateFunction(sum, Int64),
  latency_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.9, 0.99), UInt32),
  first_token_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.9, 0.99), UInt32)
)
ENGINE = AggregatingMergeTree
PARTITION BY toMonday(hour)
ORDER BY (tenant_id, hour, feature, model, provider, endpoint, region, terminal_status)
SETTINGS non_replicated_deduplication_window = 20000

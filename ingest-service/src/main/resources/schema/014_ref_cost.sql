-- What each session, interaction and trace cost: what cost per outcome joins with outcomes.
-- `kind` is session, interaction or trace, `ref` its id. An event with several counts in each: never
-- add up over kinds. Events without any are not here. Measures are signed as in usage_rollup, and
-- count on the day (UTC) where the entry counts; first_time and last_time are the events' own.
-- `retries` are events whose attempt is not the first: events - retries are the logical requests.
CREATE TABLE IF NOT EXISTS ref_cost (
  tenant_id LowCardinality(String),
  kind LowCardinality(String),
  ref String CODEC(ZSTD(1)),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  currency LowCardinality(String),

  events SimpleAggregateFunction(sum, Int64),
  retries SimpleAggregateFunction(sum, Int64),
  errors SimpleAggregateFunction(sum, Int64),
  unpriced_events SimpleAggregateFunction(sum, Int64),
  cost_picos SimpleAggregateFunction(sum, Int128),
  first_time SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_time SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (tenant_id, kind, ref, day, currency)
SETTINGS non_replicated_deduplication_window = 20000

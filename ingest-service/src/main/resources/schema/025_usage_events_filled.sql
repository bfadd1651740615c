-- Which dimensions the attribution rule filled in, by name: an event is attributed anew by all others.
-- Empty where none did, and in rows that are older than the column, whose values all count as stated.
ALTER TABLE usage_events
  ADD COLUMN IF NOT EXISTS filled_dimensions Array(LowCardinality(String)) AFTER attribution_rule

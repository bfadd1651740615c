-- Finds the rows of a batch without reading the ledger: positions ascend with the time of receipt.
ALTER TABLE usage_events
  ADD INDEX IF NOT EXISTS log_positions log_position TYPE minmax GRANULARITY 1

-- A quiet history of some tenants for the alarm: 60 calls of each team in each hour up to an instant.
-- Parameters: end, a whole hour; hours, how many; tenants, teams.
INSERT INTO usage_events (
  tenant_id, event_id, entry_seq, entry_kind, sign, event_time, received_time, checked_at,
  team, feature, provider, model, currency, cost_picos, charge_status, attempt, terminal_status,
  log_id, log_position)
WITH
  number % 60 AS n,
  intDiv(number, 60) % {teams:UInt64} AS t,
  intDiv(number, 60 * {teams:UInt64}) % {tenants:UInt64} AS k,
  intDiv(number, 60 * {teams:UInt64} * {tenants:UInt64}) AS h,
  {end:DateTime64(3, 'UTC')} - toIntervalHour(1 + h) + toIntervalSecond(n * 60) AS at
SELECT
  'spike-' || toString(k), 'history-' || toString(number), 0, 'CHARGE', 1, at, at, at,
  'team-' || toString(t), 'chat', 'openai', 'gpt-4o', 'USD', 50000000000, 'PRICED', 1, 'SUCCESS',
  'history', number
FROM numbers({hours:UInt64} * 60 * {teams:UInt64} * {tenants:UInt64})

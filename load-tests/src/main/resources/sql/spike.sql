-- One call of a team that costs more than all of its usual hour: tenant, team, at, id.
INSERT INTO usage_events (
  tenant_id, event_id, entry_seq, entry_kind, sign, event_time, received_time, checked_at,
  team, feature, provider, model, currency, cost_picos, charge_status, attempt, terminal_status,
  log_id, log_position)
VALUES (
  {tenant:String}, {id:String}, 0, 'CHARGE', 1, {at:DateTime64(3, 'UTC')},
  {at:DateTime64(3, 'UTC')}, {at:DateTime64(3, 'UTC')},
  {team:String}, 'chat', 'openai', 'gpt-4o', 'USD', 500000000000000, 'PRICED', 1, 'SUCCESS',
  {id:String}, 0)

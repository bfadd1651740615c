-- Holds an amount against every claimed counter, or against none.
-- KEYS: record, index of expiries, epoch, then one counter per claim.
-- ARGV: id, fingerprint, hold ms, terms, counters' names, latest window start ms, earliest window end ms,
--   epoch to begin with, record kept until ms; then per claim: limit, amount, kept until ms (0: for ever).
-- Answers: GRANTED epoch now expiry | REPLAYED epoch record | REUSED | CLOSED state | STALE now |
--   REFUSED now encumbered... Atomic: reads everything, decides, writes; a refusal writes nothing.

local first = 9
local claims = #KEYS - 3
local keys = {KEYS[1], KEYS[3]}
for i = 1, claims do
  keys[2 + i] = KEYS[3 + i]
end
local found = redis.call('MGET', unpack(keys))
local now = now_millis()
local epoch = found[2] or ARGV[8]

if found[1] then
  local record = parse(found[1])
  if record.fingerprint == '' then
    return {'CLOSED', record.state}
  elseif record.fingerprint ~= ARGV[2] then
    return {'REUSED'}
  end
  return {'REPLAYED', epoch, found[1]}
end
if now < tonumber(ARGV[6]) or now >= tonumber(ARGV[7]) then
  return {'STALE', text(now)}
end

local fits = true
for i = 1, claims do
  local amount = tonumber(ARGV[first + 3 * i - 1])
  if amount > 0 and tonumber(found[2 + i] or '0') + amount > tonumber(ARGV[first + 3 * i - 2]) then
    fits = false
  end
end
if not fits then
  local refusal = {'REFUSED', text(now)}
  for i = 1, claims do
    refusal[2 + i] = found[2 + i] or '0'
  end
  return refusal
end

local held = {}
for i = 1, claims do
  local amount, kept = ARGV[first + 3 * i - 1], ARGV[first + 3 * i]
  held[i] = amount
  if found[2 + i] then
    redis.call('INCRBY', KEYS[3 + i], amount)
  elseif kept == '0' then
    redis.call('SET', KEYS[3 + i], amount)
  else
    redis.call('SET', KEYS[3 + i], amount, 'PXAT', kept)
  end
end
local expiry = text(now + tonumber(ARGV[3]))
local record = print_record({
  state = 'H', fingerprint = ARGV[2], check = text(now), expiry = expiry, terms = ARGV[4],
  counters = ARGV[5], held = table.concat(held, ','), charged = '', answer = '',
})
redis.call('SET', KEYS[1], record, 'PXAT', ARGV[9])
if claims > 0 then
  redis.call('ZADD', KEYS[2], expiry, ARGV[1])
end
if not found[2] then
  redis.call('SET', KEYS[3], epoch)
end
return {'GRANTED', epoch, text(now), expiry}

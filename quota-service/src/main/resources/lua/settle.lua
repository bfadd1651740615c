-- Replaces a hold by what its caller says that the call cost.
-- KEYS: record, index of expiries, epoch, then the reservation's counters.
-- ARGV: id, epoch of the reservation, its check ms, expiry ms, answer, record kept until ms; then per
--   counter: actual, kept until ms (0: for ever), of use where the counter is gone (a lost store).
-- Answers: SETTLED answer | REPLAYED answer | RELEASED | UNKNOWN. Atomic: reads, decides, writes.

local first = 6
local counters = #KEYS - 3
local keys = {KEYS[1], KEYS[3]}
for i = 1, counters do
  keys[2 + i] = KEYS[3 + i]
end
local found = redis.call('MGET', unpack(keys))

local record, lost
if found[1] then
  record = parse(found[1])
  if record.check ~= ARGV[3] then
    return {'UNKNOWN'}
  end
elseif found[2] ~= ARGV[2] then
  lost = true
  record = blank(ARGV[3], ARGV[4])
else
  return {'UNKNOWN'}
end
if record.state == 'S' or record.state == 'L' then
  return {'REPLAYED', record.answer}
elseif record.state == 'R' and not lost then
  return {'RELEASED'}
end

local before = contributions(record)
local charged = {}
for i = 1, counters do
  local actual, kept = ARGV[first + 2 * i - 1], ARGV[first + 2 * i]
  charged[i] = actual
  local delta = tonumber(actual) - tonumber(before[i] or '0')
  if found[2 + i] then
    move(KEYS[3 + i], found[2 + i], delta)
  elseif kept == '0' then
    redis.call('SET', KEYS[3 + i], actual)
  else
    redis.call('SET', KEYS[3 + i], actual, 'PXAT', kept)
  end
end
if record.state == 'H' then
  redis.call('ZREM', KEYS[2], ARGV[1])
end
record.state = 'S'
record.charged = table.concat(charged, ',')
record.answer = ARGV[5]
redis.call('SET', KEYS[1], print_record(record), 'PXAT', ARGV[6])
return {'SETTLED', ARGV[5]}

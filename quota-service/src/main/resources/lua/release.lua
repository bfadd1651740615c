-- Gives a hold back whole.
-- KEYS: record, index of expiries, then the reservation's counters.
-- ARGV: id, its check ms, expiry ms, record kept until ms.
-- Answers: RELEASED | REPLAYED | SETTLED | UNKNOWN | TOMBSTONE (nothing was held: a check that is still on its
--   way must hold nothing either). Atomic: reads, decides, writes.

local counters = #KEYS - 2
local keys = {KEYS[1]}
for i = 1, counters do
  keys[1 + i] = KEYS[2 + i]
end
local found = redis.call('MGET', unpack(keys))

if not found[1] then
  redis.call('SET', KEYS[1], print_record(blank(ARGV[2], ARGV[3])), 'PXAT', ARGV[4])
  return {'TOMBSTONE'}
end
local record = parse(found[1])
if record.check ~= ARGV[2] then
  return {'UNKNOWN'}
elseif record.state == 'R' then
  return {'REPLAYED'}
elseif record.state == 'S' or record.state == 'L' then
  return {'SETTLED'}
end

local before = contributions(record)
for i = 1, counters do
  if found[1 + i] then
    move(KEYS[2 + i], found[1 + i], -tonumber(before[i]))
  end
end
if record.state == 'H' then
  redis.call('ZREM', KEYS[2], ARGV[1])
end
record.state = 'R'
redis.call('SET', KEYS[1], print_record(record), 'PXAT', ARGV[4])
return {'RELEASED'}

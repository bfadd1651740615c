-- Charges the holds that are due: their amounts stay encumbered, until their usage arrives.
-- KEYS: index of expiries, then the records that may be due.
-- ARGV: the records' ids, in the same order.
-- Answers: how many were charged, in a list. Atomic: reads, decides, writes. Nothing moves in the counters.

local now = now_millis()
local lines = {}
for i = 1, #ARGV do
  lines[i] = redis.call('GET', KEYS[1 + i])
end

local charged = 0
for i = 1, #ARGV do
  local record = lines[i] and parse(lines[i])
  if not record or record.state ~= 'H' then
    redis.call('ZREM', KEYS[1], ARGV[i])
  elseif tonumber(record.expiry) <= now then
    record.state = 'C'
    redis.call('SET', KEYS[1 + i], print_record(record), 'KEEPTTL')
    redis.call('ZREM', KEYS[1], ARGV[i])
    charged = charged + 1
  end
end
return {text(charged)}

-- Sets what a life's counters start from, as the ledger has it.
-- KEYS: head, the set of those seeded, positions of the logs (see apply.lua), then counters and records.
-- ARGV: msgpack of epoch, seeds {counter, amount, kept until ms (0: for ever), of which budget}..., positions
--   {log, position}..., marks {record, check ms, expiry ms, answer, kept until ms}...
-- What counts already, by the set, is left as it is.
-- Answers msgpack: whether that life goes on, in an array; else nothing is written. Atomic.

local epoch, seeds, positions, marks = unpack(cmsgpack.unpack(ARGV[1]), 1, 4)
local head = head_of(1)
if not head or head.epoch ~= epoch then
  return cmsgpack.pack({false})
end
local counting = {}
for i = 1, #seeds, 4 do
  local id = seeds[i + 3]
  if counting[id] == nil then
    counting[id] = redis.call('SISMEMBER', KEYS[2], id) == 1
  end
  if not counting[id] then
    make(seeds[i], seeds[i + 1], seeds[i + 2])
  end
end
for i = 1, #positions, 2 do
  local mark = redis.call('HGET', KEYS[3], positions[i])
  if tonumber(mark and string.match(mark, '^%d+') or 0) < positions[i + 1] then
    redis.call('HSET', KEYS[3], positions[i], string.format('%.0f|%.0f', positions[i + 1], positions[i + 1]))
  end
end
for i = 1, #marks, 5 do
  if not record_of(marks[i]) and marks[i + 4] > now then
    put(marks[i], {'L', marks[i + 1], marks[i + 2], '', '', '', false, false, marks[i + 3]}, marks[i + 4])
  end
end
flush()
return cmsgpack.pack({true})

-- Ends the holds that are due: each counter keeps what its claim said, until the usage arrives.
-- KEYS: index of open holds, index of lapses to be recorded, then records and counters.
-- ARGV: msgpack per hold: record, id, the check ms that its counters were read with (0: none), counters...
-- Answers msgpack: how many ended, in an array. Atomic: reads everything, decides, writes.

local INDEX, LAPSES = 1, 2
local ended = 0

for i = 1, #ARGV do
  local rec, id, check, counters = unpack(cmsgpack.unpack(ARGV[i]), 1, 4)
  local record = record_of(rec)
  if not record or record[STATE] ~= 'H' then
    leave(INDEX, id)
  elseif record[EXPIRY] <= now and record[CHECK] == check then
    local held, lapsed = amounts(record[HELD]), amounts(record[LAPSED] or record[HELD])
    local charged = false
    for j = 1, #counters do
      if stands(counters[j]) then
        move(counters[j], (lapsed[j] or 0) - (held[j] or 0))
      end
      charged = charged or (lapsed[j] or 0) > 0
    end
    record[STATE] = 'C'
    put(rec, record, false)
    leave(INDEX, id)
    if charged then
      enter(LAPSES, id, record[EXPIRY])
    end
    ended = ended + 1
  end
end
flush()
return cmsgpack.pack({ended})

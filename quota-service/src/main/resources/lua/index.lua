-- Reads or prunes an index of reservations by their expiry.
-- KEYS: the index.
-- ARGV: `due`, count | `first`, count | `scan`, count, cursor | `remove`, ids...
-- Answers msgpack: now ms, cursor to go on at ('0': none, and of all but `scan`), then ids.

local verb = ARGV[1]
local cursor, ids = '0', {}
if verb == 'due' then
  ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])
elseif verb == 'first' then
  ids = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)
elseif verb == 'scan' then
  local found = redis.call('ZSCAN', KEYS[1], ARGV[3], 'COUNT', ARGV[2])
  cursor = found[1]
  for i = 1, #found[2], 2 do
    ids[#ids + 1] = found[2][i]
  end
else
  for i = 2, #ARGV, 1000 do
    redis.call('ZREM', KEYS[1], unpack(ARGV, i, math.min(i + 999, #ARGV)))
  end
end
local answer = {now, cursor}
for i = 1, #ids do
  answer[2 + i] = ids[i]
end
return cmsgpack.pack(answer)

-- Reads counters, and which holds are open, at one instant.
-- KEYS: index of open holds, then counters.
-- ARGV: none.
-- Answers msgpack: now ms, the counters' values as texts, then the ids of the holds that are open and not due.

local counters = {}
for i = 2, #KEYS do
  counters[i - 1] = KEYS[i]
end
local stands = redis.call('MGET', unpack(counters))
for i = 1, #counters do
  stands[i] = stands[i] or '0'
end
local answer = {now, stands}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')) do
  answer[#answer + 1] = id
end
return cmsgpack.pack(answer)

-- Reads counters, and which holds are open, at one instant.
-- KEYS: index of expiries, then counters.
-- ARGV: none.
-- Answers: now ms, the counters' values, then the ids of the holds that are open and not due.

local counters = {}
for i = 2, #KEYS do
  counters[#counters + 1] = KEYS[i]
end
local answer = redis.call('MGET', unpack(counters))
local now = text(now_millis())
for i = 1, #counters do
  answer[i] = answer[i] or '0'
end
table.insert(answer, 1, now)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
  answer[#answer + 1] = id
end
return answer

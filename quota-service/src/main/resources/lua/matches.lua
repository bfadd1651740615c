-- Keeps when checks matched budgets last, or says it.
-- KEYS: a hash, budget id to ms.
-- ARGV: ms that the hash lives on, then any number of: budget id, ms. Without these, only says.
-- Answers msgpack: an array of budget ids and ms in turn, all of them; empty where some were given. Atomic.
-- The later of two times stays. A hash of more than 250,000 ids, mostly of deleted budgets, begins anew.

if #ARGV == 1 then
  return cmsgpack.pack(redis.call('HGETALL', KEYS[1]))
end
if redis.call('HLEN', KEYS[1]) > 250000 then
  redis.call('DEL', KEYS[1])
end
for i = 2, #ARGV, 2 do
  local known = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0)
  if known < tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return cmsgpack.pack({})

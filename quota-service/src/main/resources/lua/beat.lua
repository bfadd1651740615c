-- Leaves an instance's mark, which tells later whether the store lost what was written before it.
-- KEYS: head, the instance's mark.
-- ARGV: the mark, a number that grows.
-- Answers msgpack: the head or false, the mark before (0: none). Atomic.

local KEPT_SECONDS = 604800

local last = redis.call('GET', KEYS[2])
redis.call('SET', KEYS[2], ARGV[1], 'EX', KEPT_SECONDS)
return cmsgpack.pack({redis.call('GET', KEYS[1]), tonumber(last or 0)})

-- Begins, changes and drops a tenant's head (see record.lua).
-- KEYS: head, the set of budgets whose counters are seeded in its life, positions of the logs (see apply.lua).
-- ARGV: `begin`, epoch, policy version, strict from ms | `raise`, policy version | `seeded`, epoch, version (0: as it
--   is), budgets that are... (at most 1000) | `lose`, epoch | `ids` | `logs`.
-- Answers msgpack: whether it was done (a head that is there is begun), then the head now, or false; to `ids` the
-- set, to `logs` each log and its position. Atomic.

local verb = ARGV[1]
if verb == 'ids' then
  return cmsgpack.pack(redis.call('SMEMBERS', KEYS[2]))
elseif verb == 'logs' then
  return cmsgpack.pack(redis.call('HGETALL', KEYS[3]))
end
local text = redis.call('GET', KEYS[1])
local head = text and parse_head(text)

local function set()
  text = string.format('%s|%.0f|%.0f|%.0f', head.epoch, head.policy, head.seeded, head.strict)
  redis.call('SET', KEYS[1], text)
  return true
end

local done = false
if verb == 'begin' then
  done = true
  if not head then
    head = {epoch = ARGV[2], policy = tonumber(ARGV[3]), seeded = 0, strict = tonumber(ARGV[4])}
    set()
    redis.call('DEL', KEYS[2])
  end
elseif verb == 'raise' and head then
  done = true
  if head.policy < tonumber(ARGV[2]) then
    head.policy = tonumber(ARGV[2])
    set()
  end
elseif verb == 'seeded' and head and head.epoch == ARGV[2] then
  done = true
  if #ARGV > 3 then
    redis.call('SADD', KEYS[2], unpack(ARGV, 4))
  end
  if head.seeded < tonumber(ARGV[3]) then
    head.seeded = tonumber(ARGV[3])
    set()
  end
elseif verb == 'lose' and head and head.epoch == ARGV[2] then
  redis.call('DEL', KEYS[1], KEYS[2])
  done, text = true, false
end
return cmsgpack.pack({done, text})

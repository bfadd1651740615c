-- What every script says of reservations; stands in front of each.
-- A record is msgpack of {state, check ms, expiry ms, fingerprint, body, held, lapsed, charged, answer}.
-- States: H held, C charged by expiry, S settled by the caller, L settled by the ledger, R given back.
-- `held`, `lapsed` (what stays after expiry; false: as held) and `charged` have one amount per counter of the
-- body, as texts of msgpack one after the other; the body only Java reads. The check's time tells a reservation
-- from a later one under the same id.
-- An empty fingerprint: not made by a reservation (tombstone, store that was lost). Lua is exact to 2^53:
-- Redis prints such numbers in full, `..` does not.

local STATE, CHECK, EXPIRY, FINGERPRINT, BODY, HELD, LAPSED, CHARGED, ANSWER = 1, 2, 3, 4, 5, 6, 7, 8, 9
local NOTHING = {}

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function amounts(texts)
  return texts == '' and NOTHING or {cmsgpack.unpack(texts)}
end

-- What the reservation adds to each of its counters now.
local function contributions(record)
  local state = record[STATE]
  if state == 'H' then
    return amounts(record[HELD])
  elseif state == 'C' then
    return amounts(record[LAPSED] or record[HELD])
  elseif state == 'R' then
    return NOTHING
  end
  return amounts(record[CHARGED] or '')
end

-- A record that no reservation made, but a token of one.
local function blank(check, expiry)
  return {'R', check, expiry, '', '', '', false, false, false}
end

-- Reads a head: `<epoch>|<policy version>|<seeded version>|<strict from ms>`.
local function parse_head(text)
  local epoch, policy, seeded, strict = string.match(text, '^([^|]*)|(%d+)|(%d+)|(%d+)$')
  return {epoch = epoch, policy = tonumber(policy), seeded = tonumber(seeded), strict = tonumber(strict)}
end

-- How a reservation's record is read and written; stands in front of every verb's script.
-- A record is `state|fingerprint|check ms|expiry ms|terms|counters|held|charged|answer`, lists by comma.
-- States: H held, C charged by expiry, S settled by the caller, L settled by the ledger, R given back.
-- The check's time tells a reservation from a later one under the same id (other counters perhaps).
-- An empty fingerprint: the record was not made by a reservation (tombstone, store that was lost).
-- Numbers go through `text`: Lua's own conversion keeps only 14 digits.

local function text(number)
  return string.format('%.0f', number)
end

local function now_millis()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function list(csv)
  local items = {}
  for item in string.gmatch(csv, '[^,]+') do
    items[#items + 1] = item
  end
  return items
end

local function parse(line)
  local state, fingerprint, check, expiry, terms, counters, held, charged, answer =
    string.match(line, '^(.)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$')
  return {
    state = state, fingerprint = fingerprint, check = check, expiry = expiry, terms = terms,
    counters = counters, held = held, charged = charged, answer = answer,
  }
end

local function print_record(r)
  return table.concat(
    {r.state, r.fingerprint, r.check, r.expiry, r.terms, r.counters, r.held, r.charged, r.answer}, '|')
end

-- Moves a counter that is there. Above 4e18, far past every limit, it is full and rises no further, so
-- that INCRBY can't fail half way through a script's writes.
local function move(key, value, delta)
  if delta ~= 0 and tonumber(value) + delta < 4e18 then
    redis.call('INCRBY', key, text(delta))
  end
end

-- A record that no reservation made, but a token of one.
local function blank(check, expiry)
  return {
    state = 'R', fingerprint = '', check = check, expiry = expiry, terms = '', counters = '',
    held = '', charged = '', answer = '',
  }
end

-- What the reservation adds to each of its counters now.
local function contributions(r)
  if r.state == 'H' or r.state == 'C' then
    return list(r.held)
  elseif r.state == 'S' or r.state == 'L' then
    return list(r.charged)
  end
  return {}
end

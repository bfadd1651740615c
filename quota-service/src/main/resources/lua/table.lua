-- What a script has read and is going to write: all KEYS are read once, steps work on this table, and
-- `flush` writes at the end, a key at most once. A step decides first and changes the table after, so that
-- one that fails has changed nothing. Keys are named by their place in KEYS.

local EXACT = 9007199254740991
local FULL = 4e18

local values = {}
local numbers, deltas, made, pieces = {}, {}, {}, {}
local records, dirty, heads = {}, {}, {}
local sizes, growth, scores, prints = {}, {}, {}, {}

if #KEYS <= 4000 then
  values = redis.call('MGET', unpack(KEYS))
else
  for from = 1, #KEYS, 4000 do
    local part = redis.call('MGET', unpack(KEYS, from, math.min(from + 3999, #KEYS)))
    for i = 1, #part do
      values[from + i - 1] = part[i]
    end
  end
end

-- Where a counter stands, false where there is none.
local function stands(k)
  local number = numbers[k]
  if number == nil then
    local value = values[k]
    number = value and tonumber(value)
    if number == nil or (number and number % 1 ~= 0) then
      error('not a counter: ' .. KEYS[k])
    end
    numbers[k] = number
  end
  return number
end

-- Moves a counter that is there. Above 4e18, far past every limit, it is full and rises no further, so
-- that INCRBY can't fail. What would no longer be exact in one number goes into pieces.
local function move(k, delta)
  local number = numbers[k] + delta
  if delta ~= 0 and number < FULL then
    numbers[k] = number
    local sum = (deltas[k] or 0) + delta
    if sum > EXACT or sum < -EXACT then
      pieces[#pieces + 1] = {k, deltas[k]}
      sum = delta
    end
    deltas[k] = sum
  end
end

-- Makes a counter, unless it would be over at once; `kept` 0 is for ever.
local function make(k, amount, kept)
  if kept == 0 or kept > now then
    numbers[k] = amount
    deltas[k] = amount
    made[k] = kept
  end
end

local function record_of(k)
  local record = records[k]
  if record == nil then
    local value = values[k]
    record = value and cmsgpack.unpack(value)
    records[k] = record
  end
  return record
end

-- A record as text; `kept` until ms, best as text: Redis would print a number at length.
local function put_text(k, text, kept)
  values[k] = text
  records[k] = nil
  dirty[k] = kept
end

-- `kept` until ms, as for texts; false: as before.
local function put(k, record, kept)
  records[k] = record
  dirty[k] = kept
end

local function head_of(k)
  local head = heads[k]
  if head == nil then
    local value = values[k]
    head = value and parse_head(value)
    heads[k] = head
  end
  return head
end

-- A whole number as text, for Redis; the same come again and again within a script.
local function printed(number)
  local text = prints[number]
  if not text then
    text = string.format('%.0f', number)
    prints[number] = text
  end
  return text
end

-- How many members an index has, with what this script adds and removes.
local function size(k)
  local before = sizes[k]
  if not before then
    before = redis.call('ZCARD', KEYS[k])
    sizes[k] = before
  end
  return before + (growth[k] or 0)
end

local function change(k, id, score, by)
  local changes = scores[k]
  if not changes then
    changes = {}
    scores[k] = changes
  end
  changes[id] = score
  growth[k] = (growth[k] or 0) + by
end

-- Adds a member that is not there.
local function enter(k, id, score)
  change(k, id, score, 1)
end

local function leave(k, id)
  change(k, id, false, -1)
end

local function flush()
  for k, kept in pairs(dirty) do
    local record = records[k]
    local text = record and cmsgpack.pack(record) or values[k]
    if kept then
      redis.call('SET', KEYS[k], text, 'PXAT', kept)
    else
      redis.call('SET', KEYS[k], text, 'KEEPTTL')
    end
  end
  for k, delta in pairs(deltas) do
    local kept = made[k]
    if not kept then
      if delta ~= 0 then
        redis.call('INCRBY', KEYS[k], delta)
      end
    elseif kept == 0 then
      redis.call('SET', KEYS[k], delta)
    else
      redis.call('SET', KEYS[k], delta, 'PXAT', kept)
    end
  end
  for i = 1, #pieces do
    redis.call('INCRBY', KEYS[pieces[i][1]], pieces[i][2])
  end
  for k, changes in pairs(scores) do
    local add, remove = {'ZADD', KEYS[k]}, {'ZREM', KEYS[k]}
    for id, score in pairs(changes) do
      if score then
        add[#add + 1] = printed(score)
        add[#add + 1] = id
      else
        remove[#remove + 1] = id
      end
    end
    if #add > 2 then
      redis.call(unpack(add))
    end
    if #remove > 2 then
      redis.call(unpack(remove))
    end
  end
end

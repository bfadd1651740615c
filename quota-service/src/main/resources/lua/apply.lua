-- Applies a run of the ledger's settlements and moves the log's position with them.
-- KEYS: positions of the logs (hash: log -> `<last applied>|<last of them with a row>`), index, head, the set of budgets
--   that are seeded, then records and counters.
-- ARGV: log, the run's last position, its last with a row (0: none), policy version; then msgpack per settlement:
--   position, verb (A actual, G give back, B bypass, N nothing), debits {budget's counters, their groups (0: none), max,
--   kept until ms (0: for ever), {counter, amount}...}...; for A and G more: record, id, epoch of the reservation, its
--   check ms, expiry ms, answer, whether it is known, record kept until ms, amounts, whether each is known, counters
--   {counter, kept until ms}... What is not known leaves what stands, or was held; what is given is taken if none does.
-- Answers msgpack: D, the position now, then per settlement A (applied) | O (some group not counted) | S (skipped) | U
--   (unknown); or, with nothing done: P policy version (there is a newer one) | N (not seeded). Atomic: reads
--   everything, decides, writes.

local POSITIONS, INDEX, HEAD, SEEDED = 1, 2, 3, 4
local log, last, last_row, policy = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local mark = redis.call('HGET', KEYS[POSITIONS], log)
local position, row = 0, 0
if mark then
  local before, before_row = string.match(mark, '^(%d+)|(%d+)$')
  position, row = tonumber(before), tonumber(before_row)
end

local function add(k, amount, kept)
  if stands(k) then
    move(k, amount)
  else
    make(k, amount, kept)
  end
end

-- Moves counters by what a call of nobody's hold spent. Says whether all of it is counted.
local function debit(debits)
  local all = true
  for _, each in ipairs(debits) do
    local groups, max, kept, counters = each[2], each[3], each[4], each[5]
    local new = groups > 0 and not stands(counters[1]) and (kept == 0 or kept > now)
    if new and (stands(groups) or 0) >= max then
      all = false
    else
      if new then
        add(groups, 1, kept)
      end
      for i = 1, #counters, 2 do
        add(counters[i], counters[i + 1], kept)
      end
    end
  end
  return all
end

-- A charge, over whatever the reservation contributed.
local function overrule(record, id, answer, answer_known, actual, known, counters)
  local before, charged = contributions(record), {}
  local standing = record[STATE] == 'S' and before or amounts(record[HELD])
  for i = 1, #actual do
    charged[i] = not known[i] and standing[i] or actual[i]
  end
  for i = 1, #charged do
    local k = counters[2 * i - 1]
    if stands(k) then
      move(k, charged[i] - (before[i] or 0))
    else
      make(k, charged[i], counters[2 * i])
    end
  end
  if record[STATE] == 'H' and #actual > 0 then
    leave(INDEX, id)
  end
  if answer_known or not record[ANSWER] then
    record[ANSWER] = answer
  end
  record[STATE], record[CHARGED] = 'L', #charged > 0 and cmsgpack.pack(unpack(charged)) or ''
end

-- A further call of a reservation that the ledger has settled already.
local function add_more(actual, known, counters)
  for i = 1, #actual do
    if known[i] then
      add(counters[2 * i - 1], actual[i], counters[2 * i])
    end
  end
end

local function give_back(record, id, counters)
  local held = amounts(record[HELD])
  for i = 1, #counters / 2 do
    local k = counters[2 * i - 1]
    if stands(k) then
      move(k, -(held[i] or 0))
    end
  end
  if #counters > 0 then
    leave(INDEX, id)
  end
  record[STATE] = 'R'
end

local function settle(item)
  local _, verb, _, rec, id, epoch, check, expiry, answer, answer_known, kept, actual, known, counters =
    unpack(item, 1, 14)
  local record = record_of(rec)
  if record and record[CHECK] ~= check then
    return 'U'
  elseif verb == 'G' then
    if not record then
      return 'U'
    elseif record[STATE] ~= 'H' or record[EXPIRY] <= now then
      return 'S'
    end
    give_back(record, id, counters)
  elseif record and record[STATE] == 'L' then
    add_more(actual, known, counters)
    return 'A'
  else
    local head = head_of(HEAD)
    if not record and head and head.epoch == epoch then
      return 'U'
    end
    record = record or blank(check, expiry)
    overrule(record, id, answer, answer_known, actual, known, counters)
  end
  put(rec, record, kept)
  return 'A'
end

-- Why the run must wait, or nil.
local function refusal(items)
  local head, seeded = head_of(HEAD), {}
  if head and head.policy > policy then
    return {'P', head.policy}
  end
  local living = head and head.seeded > 0
  for _, item in ipairs(items) do
    if item[1] > position then
      if (item[2] == 'A' or item[2] == 'G') and not living then
        return {'N'}
      end
      for _, each in ipairs(item[3]) do
        local budget = each[1]
        if seeded[budget] == nil then
          seeded[budget] = living and redis.call('SISMEMBER', KEYS[SEEDED], budget) == 1
        end
        if not seeded[budget] then
          return {'N'}
        end
      end
    end
  end
end

local items = {}
for i = 5, #ARGV do
  items[i - 4] = cmsgpack.unpack(ARGV[i])
end
local refused = last > position and refusal(items)
if refused then
  return cmsgpack.pack(refused)
end

local answers = {'D', math.max(position, last)}
for i, item in ipairs(items) do
  local verb, effect = item[2], 'S'
  if item[1] > position then
    effect = verb == 'N' and 'U' or verb == 'B' and 'A' or settle(item)
    if not debit(item[3]) and effect == 'A' then
      effect = 'O'
    end
  end
  answers[i + 2] = effect
end
flush()
if last > position then
  redis.call('HSET', KEYS[POSITIONS], log, string.format('%.0f|%.0f', last, math.max(row, last_row)))
end
return cmsgpack.pack(answers)

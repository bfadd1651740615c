-- Applies a run of the ledger's settlements and moves the log's position with them.
-- KEYS: log position, index, head, then records and counters.
-- ARGV: the run's last position; then msgpack per settlement: position, verb (A actual, G give back, N nothing),
--   record, id, epoch of the reservation, its check ms, expiry ms, answer, whether it is known, record kept until ms,
--   amounts, whether each is known, counters {counter, kept until ms (0: for ever)}... What is not known leaves
--   what stands, or was held; what is given is taken if none does.
-- Answers msgpack: the position now, then per settlement A (applied) | S (skipped) | U (unknown); or {false}: the
--   store was lost, is not rebuilt yet, and nothing was done. Atomic: reads everything, decides, writes.

local LAST, INDEX, HEAD = 1, 2, 3
local position = stands(LAST) or 0

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
  local _, verb, rec, id, epoch, check, expiry, answer, answer_known, kept, actual, known, counters =
    unpack(item, 1, 13)
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
  else
    local head = head_of(HEAD)
    if not record and head and head.epoch == epoch then
      return 'U'
    elseif record and record[STATE] == 'L' then
      return 'S'
    end
    record = record or blank(check, expiry)
    overrule(record, id, answer, answer_known, actual, known, counters)
  end
  put(rec, record, kept)
  return 'A'
end

local items = {}
for i = 2, #ARGV do
  items[i - 1] = cmsgpack.unpack(ARGV[i])
end
local head = head_of(HEAD)
if not head or head.seeded == 0 then
  for _, item in ipairs(items) do
    local lost = item[2] == 'A' and not record_of(item[3]) and not (head and head.epoch == item[5])
    if lost and item[1] > position then
      return cmsgpack.pack({false})
    end
  end
end

local answers = {position}
for i, item in ipairs(items) do
  if item[1] <= position then
    answers[i + 1] = 'S'
  elseif item[2] == 'N' then
    answers[i + 1] = 'U'
  else
    answers[i + 1] = settle(item)
  end
end
local last = tonumber(ARGV[1])
if last > position then
  answers[1] = last
end
flush()
if last > position then
  redis.call('SET', KEYS[LAST], ARGV[1])
end
return cmsgpack.pack(answers)

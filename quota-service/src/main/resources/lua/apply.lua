-- Applies a run of the ledger's settlements and moves the log's position with them.
-- KEYS: log position, index of expiries, epoch, then per settlement: record, its counters.
-- ARGV: the run's last position; then per settlement: position, verb (A actual, G give back, N nothing),
--   count of counters, id, epoch of the reservation, check ms, expiry ms, answer, record kept until ms;
--   then per counter: actual, kept until ms (0: for ever). An actual or answer `~n` leaves what stands; n if none.
-- Answers: position now, then per settlement: APPLIED | SKIPPED | UNKNOWN. Atomic: reads, decides, writes.

local found = redis.call('MGET', KEYS[1], KEYS[3])
local position, epoch = tonumber(found[1] or '0'), found[2]
local now = now_millis()
local records, deltas, whole, created, closed, kept = {}, {}, {}, {}, {}, {}
local answers = {found[1] or '0'}
local k, a = 4, 2

-- Sums what a counter moves by; what would no longer be exact in one number goes into pieces.
local function add(key, amount)
  local sum = (deltas[key] or 0) + amount
  if math.abs(sum) > 9007199254740991 then
    whole[#whole + 1] = {key, deltas[key]}
    sum = amount
  end
  deltas[key] = sum
end

-- Decides one settlement; what it changes is written at the end.
local function settle(k, a, n)
  local verb, id, made, check = ARGV[a + 1], ARGV[a + 3], ARGV[a + 4], ARGV[a + 5]
  local expiry, answer = ARGV[a + 6], ARGV[a + 7]
  local record = records[KEYS[k]]
  if not record then
    local line = redis.call('GET', KEYS[k])
    record = line and parse(line)
  end
  if record and record.check ~= check then
    return 'UNKNOWN'
  end
  if verb == 'G' then
    if not record then
      return 'UNKNOWN'
    elseif record.state ~= 'H' or tonumber(record.expiry) <= now then
      return 'SKIPPED'
    end
    local held = contributions(record)
    for i = 1, n do
      add(KEYS[k + i], -tonumber(held[i] or '0'))
    end
    closed[id] = true
    record.state = 'R'
  else
    local lost = not record
    if lost and made == epoch then
      return 'UNKNOWN'
    elseif lost then
      record = blank(check, expiry)
    elseif record.state == 'L' then
      return 'SKIPPED'
    end
    local before, held, charged = contributions(record), list(record.held), {}
    for i = 1, n do
      local key, actual = KEYS[k + i], ARGV[a + 7 + 2 * i]
      if string.sub(actual, 1, 1) == '~' then
        actual = before[i] or held[i] or string.sub(actual, 2)
      end
      charged[i] = actual
      add(key, tonumber(actual) - tonumber(before[i] or '0'))
      created[key] = ARGV[a + 8 + 2 * i]
    end
    if record.state == 'H' then
      closed[id] = true
    end
    if string.sub(answer, 1, 1) == '~' then
      answer = record.answer ~= '' and record.answer or string.sub(answer, 2)
    end
    record.state, record.charged, record.answer = 'L', table.concat(charged, ','), answer
  end
  records[KEYS[k]] = record
  kept[KEYS[k]] = ARGV[a + 8]
  return 'APPLIED'
end

while a <= #ARGV do
  local n = tonumber(ARGV[a + 2])
  if tonumber(ARGV[a]) <= position or ARGV[a + 1] == 'N' then
    answers[#answers + 1] = ARGV[a + 1] == 'N' and tonumber(ARGV[a]) > position and 'UNKNOWN' or 'SKIPPED'
  else
    answers[#answers + 1] = settle(k, a, n)
  end
  k, a = k + 1 + n, a + 9 + 2 * n
end
for key, delta in pairs(deltas) do
  whole[#whole + 1] = {key, delta}
end
local values = {}
for _, piece in ipairs(whole) do
  values[piece[1]] = redis.call('GET', piece[1])
end

for _, piece in ipairs(whole) do
  local key, delta = piece[1], piece[2]
  if values[key] then
    move(key, values[key], delta)
    values[key] = tonumber(values[key]) + delta
  elseif created[key] == '0' then
    redis.call('SET', key, text(delta))
    values[key] = delta
  elseif created[key] then
    redis.call('SET', key, text(delta), 'PXAT', created[key])
    values[key] = delta
  end
end
for key, record in pairs(records) do
  redis.call('SET', key, print_record(record), 'PXAT', kept[key])
end
for id in pairs(closed) do
  redis.call('ZREM', KEYS[2], id)
end
if tonumber(ARGV[1]) > position then
  redis.call('SET', KEYS[1], ARGV[1])
  answers[1] = ARGV[1]
end
return answers

-- Replaces a hold by what its caller says that the call cost.
-- Item: 'S', record, index, head, id, epoch of the reservation, its check ms, expiry ms, answer, record kept until ms
--   (text); then as texts of msgpack one after the other: the actual amounts; {counter, kept until ms (0: for ever)}...
-- Answers: S (charged) | A answer (before) | R (given back) | U | N (lost, not rebuilt yet).

-- Whether a record that is not there was lost, and can be made again: nil, or the answer that says no.
local function lost(head, epoch)
  if head and head.epoch == epoch then
    return {'U'}
  elseif not head or head.seeded == 0 then
    return {'N'}
  end
end

-- Reads counters, so that nothing fails once they begin to change.
local function read(counters)
  for i = 1, #counters, 2 do
    stands(counters[i])
  end
end

-- Moves the counters from what a reservation contributed to what it does now.
local function replace(before, after, counters)
  for i = 1, #after do
    local k = counters[2 * i - 1]
    if stands(k) then
      move(k, after[i] - (before[i] or 0))
    else
      make(k, after[i], counters[2 * i])
    end
  end
end

local function settle(rec, index, head_key, id, epoch, check, expiry, answer, kept, actual, counter_texts)
  local record = record_of(rec)
  if not record then
    local refusal = lost(head_of(head_key), epoch)
    if refusal then
      return refusal
    end
    record = blank(check, expiry)
  elseif record[CHECK] ~= check then
    return {'U'}
  elseif record[STATE] == 'S' or record[STATE] == 'L' then
    return {'A', record[ANSWER]}
  elseif record[STATE] == 'R' then
    return {'R'}
  end
  local counters = amounts(counter_texts)
  read(counters)

  replace(contributions(record), amounts(actual), counters)
  if record[STATE] == 'H' and #counters > 0 then
    leave(index, id)
  end
  record[STATE], record[CHARGED], record[ANSWER] = 'S', actual, answer
  put(rec, record, kept)
  return {'S'}
end

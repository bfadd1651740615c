-- Replaces a hold by what its caller says that the call cost.
-- Item: 'S', record, index, head, id, epoch of the reservation, its check ms, expiry ms, answer, record kept until
--   ms, actual amounts, counters {counter, kept until ms (0: for ever), of use where it is gone}...
-- Answers: S (charged) | A answer (before) | R (given back) | U | N (lost, not rebuilt yet).

-- Whether a record that is not there was lost, and can be made again: nil, or the answer that says no.
local function lost(head, epoch)
  if head and head.epoch == epoch then
    return {'U'}
  elseif not head or head.seeded == 0 then
    return {'N'}
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

local function settle(item)
  local _, rec, index, head_key, id, epoch, check, expiry, answer, kept, actual, counters = unpack(item, 1, 12)
  local record = record_of(rec)
  if not record then
    local refusal = lost(head_of(head_key), epoch)
    if refusal then
      return refusal
    end
    record = {'R', check, expiry, '', '', NOTHING, false, false, false}
  elseif record[CHECK] ~= check then
    return {'U'}
  elseif record[STATE] == 'S' or record[STATE] == 'L' then
    return {'A', record[ANSWER]}
  elseif record[STATE] == 'R' then
    return {'R'}
  end
  for i = 1, #actual do
    stands(counters[2 * i - 1])
  end

  replace(contributions(record), actual, counters)
  if record[STATE] == 'H' and #actual > 0 then
    leave(index, id)
  end
  record[STATE], record[CHARGED], record[ANSWER] = 'S', actual, answer
  put(rec, record, kept)
  return {'S'}
end

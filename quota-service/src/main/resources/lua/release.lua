-- Gives a hold back whole.
-- Item: 'D', record, index, id, check ms, expiry ms, record kept until ms (text); then as a text of msgpack: counters...
-- Answers: G (given back) | R (it was before) | S (settled) | U | T (tombstone: nothing was held, and a check
--   that is still on its way must hold nothing either).

local function release(rec, index, id, check, expiry, kept, counter_texts)
  local record = record_of(rec)
  if not record then
    put(rec, blank(check, expiry), kept)
    return {'T'}
  elseif record[CHECK] ~= check then
    return {'U'}
  elseif record[STATE] == 'R' then
    return {'R'}
  elseif record[STATE] ~= 'H' and record[STATE] ~= 'C' then
    return {'S'}
  end
  local before, counters = contributions(record), amounts(counter_texts)
  for i = 1, #counters do
    stands(counters[i])
  end

  for i = 1, #counters do
    if numbers[counters[i]] then
      move(counters[i], -(before[i] or 0))
    end
  end
  if record[STATE] == 'H' and #counters > 0 then
    leave(index, id)
  end
  record[STATE] = 'R'
  put(rec, record, kept)
  return {'G'}
end

-- Keeps a hold open for longer, or makes it anew where the store was lost.
-- Item: 'X', record, index, head, id, epoch of the reservation, its check ms, duration ms, record kept until ms, body,
--   amounts to hold anew, counters {counter, kept until ms (0: for ever)}...
-- Answers: O expiry (open until then) | C settled | L (lapsed) | U | N (lost, not rebuilt yet). Never shortens.

local function extend(item)
  local _, rec, index, head_key, id, epoch, check, duration, kept, body, held, counters = unpack(item, 1, 12)
  local record, expiry = record_of(rec), now + duration
  if not record then
    local refusal = lost(head_of(head_key), epoch)
    if refusal then
      return refusal
    end
    for i = 1, #held do
      stands(counters[2 * i - 1])
    end
    replace(NOTHING, held, counters)
    put(rec, {'H', check, expiry, '', body, held, false, false, false}, kept)
    if #held > 0 then
      enter(index, id, expiry)
    end
    return {'O', expiry}
  elseif record[CHECK] ~= check then
    return {'U'}
  end
  local state = record[STATE]
  if state == 'S' or state == 'L' or state == 'R' then
    return {'C', state ~= 'R'}
  elseif state == 'C' or record[EXPIRY] <= now then
    return {'L'}
  elseif record[EXPIRY] < expiry then
    record[EXPIRY] = expiry
    put(rec, record, kept)
    if #held > 0 then
      change(index, id, expiry, 0)
    end
  end
  return {'O', record[EXPIRY]}
end

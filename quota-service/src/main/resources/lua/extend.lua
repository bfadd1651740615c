-- Keeps a hold open for longer, or makes it anew where the store was lost.
-- Item: 'X', record, index, head, id, epoch of the reservation, its check ms, duration ms, record kept until ms (text);
--   then as texts of msgpack one after the other: amounts to hold anew; {counter, kept until ms (0: for ever)}...; body.
-- Answers: O expiry (open until then) | C settled | L (lapsed) | U | N (lost, not rebuilt yet). Never shortens.

local function extend(rec, index, head_key, id, epoch, check, duration, kept, anew, counter_texts, body)
  local record, expiry = record_of(rec), now + duration
  if not record then
    local refusal = lost(head_of(head_key), epoch)
    if refusal then
      return refusal
    end
    local counters = amounts(counter_texts)
    read(counters)
    replace(NOTHING, amounts(anew), counters)
    put(rec, {'H', check, expiry, '', body, anew, false, false, false}, kept)
    if #counters > 0 then
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
    if counter_texts ~= '' then
      change(index, id, expiry, 0)
    end
  end
  return {'O', record[EXPIRY]}
end

-- Keeps a hold open for longer, or makes it anew where the store was lost.
-- Item: 'X', then as texts of msgpack one after the other: {record, index, head, id, epoch of the reservation, its
--   check ms, duration ms, record kept until ms}; amounts to hold anew; {counter, kept until ms (0: for ever)}...; body.
-- Answers: O expiry (open until then) | C settled | L (lapsed) | U | N (lost, not rebuilt yet). Never shortens.

local function extend(item)
  local rec, index, head_key, id, epoch, check, duration, kept = cmsgpack.unpack(item[2])
  local record, expiry = record_of(rec), now + duration
  if not record then
    local refusal = lost(head_of(head_key), epoch)
    if refusal then
      return refusal
    end
    local counters = amounts(item[4])
    read(counters)
    replace(NOTHING, amounts(item[3]), counters)
    put(rec, {'H', check, expiry, '', item[5], item[3], false, false, false}, kept)
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
    if item[4] ~= '' then
      change(index, id, expiry, 0)
    end
  end
  return {'O', record[EXPIRY]}
end

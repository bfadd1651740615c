-- Holds an amount against every claimed counter, or against none.
-- Item: 'R', record, index, head, count of new holds, id, fingerprint, hold ms, body, latest start ms, earliest
--   end ms, policy version, seeding needed, strict, open holds max, new holds max, record kept until ms, amounts,
--   lapsed amounts or false, claims {counter, limit, kept until ms (0: for ever)}..., then each false or:
--   earlier slots per claim (list or false), report thresholds per claim, groups {claim, their count, max, kept}...
-- Answers: G epoch now expiry {claim, sum before}... | A epoch check expiry body | U | C settled | T now | F now sums |
--   E | P policy version | N seeded | W until | O claim | M max. A refusal changes nothing.

local NEW_HOLDS_KEPT = 1200000

-- What each claim is judged by, and whether all fit.
local function judge(held, claims, earlier)
  local sums, fits = {}, true
  for i = 1, #held do
    local sum = stands(claims[3 * i - 2]) or 0
    local slots = earlier and earlier[i]
    if slots then
      for j = 1, #slots do
        sum = sum + (stands(slots[j]) or 0)
      end
    end
    sums[i] = sum
    local amount = held[i]
    if amount > 0 and sum + amount > claims[3 * i - 1] then
      fits = false
    end
  end
  return sums, fits
end

local function count(k, kept)
  if stands(k) then
    move(k, 1)
  else
    make(k, 1, kept)
  end
end

local function reserve(item)
  local _, rec, index, head_key, fresh, id, fingerprint, hold, body, from, till, policy, seeding, strict,
    open_max, new_max, kept, held, lapsed, claims, earlier, reports, groups = unpack(item, 1, 23)
  local record, head = record_of(rec), head_of(head_key)
  if record then
    if record[FINGERPRINT] == '' then
      return {'C', record[STATE] ~= 'R'}
    elseif record[FINGERPRINT] ~= fingerprint then
      return {'U'}
    end
    return {'A', head and head.epoch or '', record[CHECK], record[EXPIRY], record[BODY]}
  elseif not head then
    return {'E'}
  elseif head.policy > policy then
    return {'P', head.policy}
  elseif head.seeded < seeding then
    return {'N', head.seeded}
  elseif strict and now < head.strict then
    return {'W', head.strict}
  elseif now < from or now >= till then
    return {'T', now}
  end
  local sums, fits = judge(held, claims, earlier)
  if not fits then
    return {'F', now, sums}
  end
  if groups then
    for i = 1, #groups, 4 do
      if not stands(claims[3 * groups[i] - 2]) and (stands(groups[i + 1]) or 0) >= groups[i + 2] then
        return {'O', groups[i] - 1}
      end
    end
  end
  local n = #held
  if n > 0 and size(index) >= open_max then
    return {'M', open_max}
  elseif (stands(fresh) or 0) >= new_max then
    return {'M', new_max}
  end

  if groups then
    for i = 1, #groups, 4 do
      if not stands(claims[3 * groups[i] - 2]) then
        count(groups[i + 1], groups[i + 3])
      end
    end
  end
  for i = 1, n do
    local k = claims[3 * i - 2]
    if numbers[k] then
      move(k, held[i])
    else
      make(k, held[i], claims[3 * i])
    end
  end
  count(fresh, now + NEW_HOLDS_KEPT)
  local expiry = now + hold
  put(rec, {'H', now, expiry, fingerprint, body, held, lapsed, false, false}, kept)
  if n > 0 then
    enter(index, id, expiry)
  end
  local answer = {'G', head.epoch, now, expiry}
  if reports then
    for i = 1, n do
      if sums[i] + held[i] > reports[i] then
        answer[#answer + 1] = i - 1
        answer[#answer + 1] = sums[i]
      end
    end
  end
  return answer
end

-- Holds an amount against every claimed counter, or against none.
-- Item: 'R', record, index, head, count of new holds, id, fingerprint, hold ms, latest start ms, earliest end ms, policy
--   version, seeding needed, strict, open holds max, new holds max, record kept until ms (text); then as texts of msgpack
--   one after the other: claims {counter, limit, amount}...; each claim's kept until ms (0: for ever)...; the record's
--   fields from its fingerprint on; then each false or: earlier slots per claim (list or false), report thresholds per
--   claim, groups {claim, their count, max, kept}...
-- Answers: G epoch now expiry {claim, sum before}... | A epoch check expiry body | U | C settled | T now | F now sums |
--   E | P policy version | N seeded | W until | O claim | M max. A refusal changes nothing.

local NEW_HOLDS_KEPT = 1200000
local packed = {}

-- A number, or text, as msgpack; the same come again and again within a batch.
local function pack(value)
  local text = packed[value]
  if not text then
    text = cmsgpack.pack(value)
    packed[value] = text
  end
  return text
end

-- What a claim is judged by.
local function sum_of(claims, c, earlier)
  local sum = stands(claims[c]) or 0
  local slots = earlier and earlier[(c + 2) / 3]
  if slots then
    for j = 1, #slots do
      sum = sum + (stands(slots[j]) or 0)
    end
  end
  return sum
end

-- Reads every counter, so that nothing fails once they begin to change.
local function fit(claims, earlier)
  local fits = true
  for c = 1, #claims, 3 do
    local sum = not earlier and numbers[claims[c]] or sum_of(claims, c, earlier)
    local amount = claims[c + 2]
    if amount > 0 and sum + amount > claims[c + 1] then
      fits = false
    end
  end
  return fits
end

local function sums_of(claims, earlier)
  local sums = {}
  for c = 1, #claims, 3 do
    sums[(c + 2) / 3] = sum_of(claims, c, earlier)
  end
  return sums
end

local function count(k, kept)
  if stands(k) then
    move(k, 1)
  else
    make(k, 1, kept)
  end
end

-- Why there may not be one more hold, or nil.
local function full(index, fresh, open_max, new_max, claims, groups)
  if groups then
    for i = 1, #groups, 4 do
      if not stands(claims[3 * groups[i] - 2]) and (stands(groups[i + 1]) or 0) >= groups[i + 2] then
        return {'O', groups[i] - 1}
      end
    end
  end
  if #claims > 0 and size(index) >= open_max then
    return {'M', open_max}
  elseif (stands(fresh) or 0) >= new_max then
    return {'M', new_max}
  end
end

local function take(claims, kept_texts, groups)
  if groups then
    for i = 1, #groups, 4 do
      if not stands(claims[3 * groups[i] - 2]) then
        count(groups[i + 1], groups[i + 3])
      end
    end
  end
  local kept
  for c = 1, #claims, 3 do
    local k = claims[c]
    if numbers[k] then
      move(k, claims[c + 2])
    else
      kept = kept or amounts(kept_texts)
      make(k, claims[c + 2], kept[(c + 2) / 3])
    end
  end
end

local function reported(answer, reports, claims, sums)
  for i = 1, #sums do
    if sums[i] + claims[3 * i] > reports[i] then
      answer[#answer + 1] = i - 1
      answer[#answer + 1] = sums[i]
    end
  end
  return answer
end

local function reserve(rec, index, head_key, fresh, id, fingerprint, hold, from, till, policy, seeding, strict,
    open_max, new_max, kept, claim_texts, kept_texts, tail, earlier, reports, groups)
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
  local claims = amounts(claim_texts)
  if not fit(claims, earlier) then
    return {'F', now, sums_of(claims, earlier)}
  end
  local refusal = full(index, fresh, open_max, new_max, claims, groups)
  if refusal then
    return refusal
  end

  local sums = reports and sums_of(claims, earlier)
  take(claims, kept_texts, groups)
  count(fresh, now + NEW_HOLDS_KEPT)
  local expiry = now + hold
  local times = pack(now) .. pack(expiry)
  put_text(rec, '\153\161H' .. times .. tail, kept)
  if #claims > 0 then
    enter(index, id, expiry)
  end
  if reports then
    return reported({'G', head.epoch, now, expiry}, reports, claims, sums)
  end
  return '\148\161G' .. pack(head.epoch) .. times
end

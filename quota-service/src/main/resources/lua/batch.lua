-- Runs a batch of verbs, in their order; each sees what those before it did.
-- KEYS: the distinct keys of all. ARGV: an item per verb: values of msgpack one after the other, which cost a
-- fourth of an array of them; first its letter, then what the verb's file says.
-- Answers msgpack: an array with one answer per item, {'ERR', message} for one that failed by a defect: it has
-- changed nothing, and the others are done. Atomic: reads everything, decides, writes.

local verbs = {R = reserve, S = settle, D = release, X = extend}

local function run(letter, ...)
  return verbs[letter](...)
end

-- The answer as msgpack.
local function step(argument)
  local answer = run(cmsgpack.unpack(argument))
  return type(answer) == 'string' and answer or cmsgpack.pack(answer)
end

local answers = {}
for i = 1, #ARGV do
  local done, answer = pcall(step, ARGV[i])
  if not done then
    answer = cmsgpack.pack({'ERR', type(answer) == 'table' and answer.err or tostring(answer)})
  end
  answers[i] = answer
end
flush()
local count = #answers
return string.char(220, math.floor(count / 256), count % 256) .. table.concat(answers)

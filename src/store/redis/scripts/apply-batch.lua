--[[
Applies one batch to one session: atomic, in order, once. The only script, the only writer.

Everything is worked out first and written last, so a refusal at any point leaves the session as it was.
Values are JSON texts that are moved, never re-encoded: cjson would round numbers to 14 digits and turn [] into {}.

KEYS[1]  the session's hash; notifications go to the channel with the same name
ARGV[1]  mode: A apply, N new session, E end, C apply to a session of an older service and convert it
ARGV[2]  now, seconds since the epoch
ARGV[3]  batch id
ARGV[4]  operations (the format is documented in layout/batch-codec.ts)
ARGV[5]  mode N and E: seconds to live; mode C: SHA-1 of `corememory` and `chat_history` as they were read
ARGV[6…] mode C: the converted fields, name and value in turn

Returns  {revision, first sequence number, number of messages, at}
         or one negative number, see redis/script-status.ts
Event    revision U+001F first seq U+001F messages U+001F at U+001F batch id U+001F operations;
         `ended` when the session ends
]]
local key = KEYS[1]
local mode, now, batch_id, text = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local SESSION_NOT_FOUND, SESSION_ENDED, SESSION_EXISTS = -1, -2, -3
local BATCH_REUSED, MESSAGE_NOT_FOUND, NEEDS_CONVERSION, CORRUPT = -4, -5, -6, -7
local LAYOUT_VERSION = '1'
local REMEMBERED_BATCHES, RECENT_SAMPLES = 256, 32

local byte, sub, find, match, format = string.byte, string.sub, string.find, string.match, string.format

local meta = redis.call('HMGET', key, 'v', 'revision', 'lastSeq', 'ttl', 'b:' .. batch_id)
local version, revision, last_seq, ttl, receipt = meta[1], tonumber(meta[2]), tonumber(meta[3]), meta[4], meta[5]
local fingerprint = redis.sha1hex(text)

-- A batch that was applied before answers as it did then, whatever became of the session's length since.
if receipt then
  local applied, first, count, at, known = match(receipt, '^(%d+) (%d+) (%d+) (%S+) (%x+)$')
  if known ~= sub(fingerprint, 1, #known) then return BATCH_REUSED end
  return { tonumber(applied), tonumber(first), tonumber(count), at }
end

-- Overlay of what this batch will write: a text sets a field, false removes it.
local writes = {}

if version == LAYOUT_VERSION and revision then
  if mode == 'N' then return SESSION_EXISTS end
elseif version then
  local ended = redis.call('HEXISTS', key, 'ended') == 1
  if not ended then return CORRUPT end
  if mode ~= 'N' then return SESSION_ENDED end
  writes['ended'] = false
else
  local legacy = redis.call('HMGET', key, 'corememory', 'chat_history')
  if legacy[1] or legacy[2] then
    if mode == 'N' then return SESSION_EXISTS end
    if mode ~= 'E' then
      -- The converted fields come with the fingerprint of what they were made from: an older service that has
      -- written in between sends the caller back to read again.
      local read = redis.sha1hex(legacy[1] or '') .. redis.sha1hex(legacy[2] or '')
      if mode ~= 'C' or ARGV[5] ~= read then return NEEDS_CONVERSION end
      for index = 6, #ARGV, 2 do writes[ARGV[index]] = ARGV[index + 1] end
      writes['corememory'], writes['chat_history'] = false, false
      revision, last_seq, ttl = 0, tonumber(writes['lastSeq']), writes['ttl']
    end
  elseif redis.call('EXISTS', key) == 1 then
    return CORRUPT
  elseif mode ~= 'N' then
    return SESSION_NOT_FOUND
  end
end

if mode == 'E' then
  redis.call('DEL', key)
  redis.call('HSET', key, 'v', LAYOUT_VERSION, 'ended', now)
  redis.call('EXPIRE', key, ARGV[5])
  redis.call('PUBLISH', key, 'ended')
  return { revision or 0, 0, 0, now }
end

if mode == 'N' then
  revision, last_seq, ttl = 0, 0, ARGV[5]
  writes['v'], writes['ttl'], writes['createdAt'] = LAYOUT_VERSION, ttl, now
end

local function get(field)
  local value = writes[field]
  if value == nil then return redis.call('HGET', key, field) end
  return value
end

-- End of the JSON string that opens at `from`.
local function string_end(json, from)
  local at = from + 1
  while true do
    at = find(json, '["\\]', at)
    if byte(json, at) == 34 then return at end
    at = at + 2
  end
end

-- Calls `visit(name, member)` for each member of a JSON object as JSON.stringify writes it (no white space):
-- `name` is the quoted name, `member` is `name:value`.
local function each_member(json, visit)
  local at, last = 2, #json
  while at < last do
    local name_end = string_end(json, at)
    local stop, depth = name_end + 2, 0
    while true do
      stop = find(json, '["{}%[%],]', stop)
      local char = byte(json, stop)
      if char == 34 then stop = string_end(json, stop)
      elseif char == 123 or char == 91 then depth = depth + 1
      elseif depth == 0 then break -- a comma, or the brace that closes the object
      elseif char ~= 44 then depth = depth - 1 end
      stop = stop + 1
    end
    visit(sub(json, at, name_end), sub(json, at, stop - 1))
    at = stop + 1
  end
end

-- Members of `patch` over those of `base`, one level deep, as text.
local function merge(base, patch)
  if not base or byte(base) ~= 123 then return patch end
  local members, position = {}, {}
  local function set(name, member)
    if not position[name] then position[name] = #members + 1 end
    members[position[name]] = member
  end
  each_member(base, set)
  each_member(patch, set)
  return '{' .. table.concat(members, ',') .. '}'
end

-- Removes an agent's messages, or everybody's. Names of fields are enough to tell whose a message is.
local function clear_history(agent)
  local removed = {}
  local function consider(field)
    local seq, owner = match(field, '^m:(%d+):(.*)$')
    if seq then
      if agent == nil or owner == agent then writes[field], removed['t:' .. seq] = false, true end
    elseif agent == nil and find(field, '^[ptf]:') then
      writes[field] = false
    end
  end
  local fields = redis.call('HKEYS', key)
  for _, field in ipairs(fields) do consider(field) end
  local pending = {}
  for field in pairs(writes) do pending[#pending + 1] = field end
  for _, field in ipairs(pending) do consider(field) end
  if agent ~= nil then
    for field in pairs(removed) do writes[field] = false end
    writes['p:' .. agent], writes['f:' .. agent] = false, false
  end
end

-- A system message that was appended as the thread's first is the prompt that the new one replaces.
local function set_system_prompt(agent, content)
  local prompt, first = 'p:' .. agent, get('f:' .. agent)
  if first and not get(prompt) then
    local field = 'm:' .. first .. ':' .. agent
    local message = get(field)
    if message and find(message, '^%[[^,]*,"system",') then
      writes[field], writes['t:' .. first] = false, false
    end
  end
  writes[prompt] = '[' .. now .. ',' .. content .. ']'
end

local stages, samples = {}, {}
local first_seq = last_seq + 1

local next_part = string.gmatch(text, '([^\31]*)\31')
local head = next_part()
while head do
  local code, name = byte(head), sub(head, 2)
  if code == 97 then -- a: append
    local at, rest = next_part(), next_part()
    last_seq = last_seq + 1
    writes['m:' .. last_seq .. ':' .. name] = '[' .. (at == '' and now or at) .. ',' .. rest
    if not get('f:' .. name) then writes['f:' .. name] = tostring(last_seq) end
  elseif code == 115 then -- s: setSlots
    for _ = 1, tonumber(name) do
      local slot = next_part()
      writes['s:' .. slot] = next_part()
    end
  elseif code == 108 then -- l: recordLatency
    local bucket, at, rest = next_part(), next_part(), next_part()
    if not samples[name] then
      stages[#stages + 1] = 'ls:' .. name
      samples[name] = {}
    end
    local list = samples[name]
    list[#list + 1] = { bucket, at == '' and now or at, rest }
  elseif code == 99 then -- c: setContext
    writes['c:' .. name] = next_part()
  elseif code == 109 then -- m: mergeContext
    writes['c:' .. name] = merge(get('c:' .. name), next_part())
  elseif code == 100 then -- d: deleteContext
    writes['c:' .. name] = false
  elseif code == 111 then -- o: setToolOutput
    writes['o:' .. name] = next_part()
  elseif code == 105 then -- i: setInterrupted
    writes['c:tts_interrupted'] = name == '1' and 'true' or 'false'
  elseif code == 103 then -- g: setActiveAgent
    writes['c:active_agent'] = name
  elseif code == 116 then -- t: truncate; a message cleared since is no error, a number never given is
    local content = next_part()
    if tonumber(name) > last_seq then return MESSAGE_NOT_FOUND end
    writes['t:' .. name] = content
  elseif code == 112 then -- p: systemPrompt
    set_system_prompt(name, next_part())
  elseif code == 104 then -- h: clearHistory of one agent
    clear_history(name)
  elseif code == 72 then -- H: clearHistory of all
    clear_history(nil)
  else
    return redis.error_reply('PARLEY unknown operation code')
  end
  head = next_part()
end

-- Latency: one read for the figures of all stages, then counters that merge by themselves.
local counters = {}
if #stages > 0 then
  local figures = redis.call('HMGET', key, unpack(stages))
  for index, field in ipairs(stages) do
    local stage = sub(field, 4)
    local count, total, min, max = 0, 0, nil, nil
    local stored = writes[field] or figures[index]
    if stored then
      count, total, min, max = match(stored, '^(%S+) (%S+) (%S+) (%S+)$')
      count, total = tonumber(count), tonumber(total)
    end
    for _, sample in ipairs(samples[stage]) do
      local seconds = match(sample[3], '^[^,%]]+')
      local value = tonumber(seconds)
      writes['lr:' .. (count % RECENT_SAMPLES) .. ':' .. stage] = '[' .. sample[2] .. ',' .. sample[3]
      count, total = count + 1, total + value
      if not min or value < tonumber(min) then min = seconds end
      if not max or value > tonumber(max) then max = seconds end
      counters[#counters + 1] = 'lb:' .. sample[1] .. ':' .. stage
    end
    writes[field] = count .. ' ' .. format('%.17g', total) .. ' ' .. min .. ' ' .. max
  end
end

revision = revision + 1
local messages = last_seq - first_seq + 1
local slot = revision % REMEMBERED_BATCHES
if revision > REMEMBERED_BATCHES then
  local oldest = redis.call('HGET', key, 'r:' .. slot)
  if oldest then writes['b:' .. oldest] = false end
end
writes['r:' .. slot] = batch_id
writes['b:' .. batch_id] = revision .. ' ' .. first_seq .. ' ' .. messages .. ' ' .. now .. ' ' .. sub(fingerprint, 1, 16)
writes['revision'], writes['lastSeq'], writes['updatedAt'] = tostring(revision), tostring(last_seq), now

-- Lua's stack bounds what one call can take: 2,000 arguments stay far below it.
local set, set_count, removed, removed_count = {}, 0, {}, 0
for field, value in pairs(writes) do
  if value then
    set[set_count + 1], set[set_count + 2] = field, value
    set_count = set_count + 2
    if set_count == 2000 then
      redis.call('HSET', key, unpack(set, 1, set_count))
      set_count = 0
    end
  else
    removed_count = removed_count + 1
    removed[removed_count] = field
    if removed_count == 2000 then
      redis.call('HDEL', key, unpack(removed, 1, removed_count))
      removed_count = 0
    end
  end
end
if set_count > 0 then redis.call('HSET', key, unpack(set, 1, set_count)) end
if removed_count > 0 then redis.call('HDEL', key, unpack(removed, 1, removed_count)) end
for _, counter in ipairs(counters) do redis.call('HINCRBY', key, counter, 1) end

redis.call('EXPIRE', key, ttl)
redis.call('PUBLISH', key, revision .. '\31' .. first_seq .. '\31' .. messages .. '\31' .. now .. '\31' .. batch_id .. '\31' .. text)
return { revision, first_seq, messages, now }

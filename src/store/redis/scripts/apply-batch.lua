--[[
Applies one batch to one session: atomic, in order, once. The only script, the only writer.

Everything is worked out first and written last, so a refusal at any point leaves the session as it was.
Values are JSON texts that are moved, never re-encoded: cjson would round numbers to 14 digits and turn [] into {}.
A turn makes four calls of Redis commands, whatever is in it: one that reads all it depends on, HSET, EXPIRE, PUBLISH.

KEYS[1]  the session's hash; notifications go to the channel with the same name
ARGV[1]  mode: A apply, N new session, E end, C apply to a session of an older service and convert it; behind the
         letter the number of fields to read, a plus where runs of samples are kept, and `u` with the number of the
         caller's messages where there are any
ARGV[2]  now, seconds since the epoch
ARGV[3]  batch id; empty in mode E
ARGV[4]  fingerprint of the operations
ARGV[5]  operations (the format is documented in layout/batch-codec.ts)
ARGV[6…] the fields to read: figures and counters of the stages that have samples in the batch, which name them by
         their position here; the last one is the count of the caller's messages where the batch has any
then     mode N and E: seconds to live; mode C: SHA-1 of `corememory` and `chat_history` as they were read, then the
         converted fields, name and value in turn

Returns  {revision, first sequence number, number of messages, at, epoch of interruptions or `-` where the batch did
         not interrupt or resume, 1 where the batch had been applied before, `,agent,revision,experiment]` as JSON
         text: what is in effect after the batch; empty where nothing is}
         or one negative number, see redis/script-status.ts
Event    `revision first-seq messages at epoch batch-id` U+001F operations; `ended` when the session ends
]]
local key = KEYS[1]
local mode, now, batch_id, fingerprint, text = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local SESSION_NOT_FOUND, SESSION_ENDED, SESSION_EXISTS = -1, -2, -3
local BATCH_REUSED, MESSAGE_NOT_FOUND, NEEDS_CONVERSION, CORRUPT, AGENTS_CHANGED, EPOCH_PASSED = -4, -5, -6, -7, -8, -9
local PLAYBACK_FULL, PLAYBACK_NOT_HELD, LEASE_HELD, LEASE_LOST = -10, -11, -12, -13
local LAYOUT_VERSION = '1'
local REMEMBERED_BATCHES, RECENT_SAMPLES, KEPT_RUNS, RUN_SAMPLES = 256, 32, 50, 200
local MAX_QUEUED_PLAYBACK, KEPT_PLAYBACK = 256, 16
local KEPT_CHANGES, MAX_KEPT_CHANGE_BYTES = 32, 4096
-- A Lua stack holds 8,000 values: what one call is given stays far below.
local MAX_ARGUMENTS = 2000

local call = redis.call
local byte, sub, find, match, format = string.byte, string.sub, string.find, string.match, string.format

-- ARGV[5 + i] is the name of the field that values[4 + i] was read from.
local read_count, keeps_runs, turns
mode, read_count, keeps_runs, turns = match(mode, '^(%a)(%d+)(%+?)u?(%d*)$')
read_count, keeps_runs = tonumber(read_count), keeps_runs == '+'
local extra = ARGV[6 + read_count]
local values = call('HMGET', key, 'session', 'b:' .. batch_id, 'ah', 'c:active_agent', unpack(ARGV, 6, 5 + read_count))
local header, receipt = values[1], values[2]

-- A batch that was applied before answers as it did then, whatever has happened since.
if receipt then
  local applied, first, count, at, known, epoch = match(receipt, '^(%S+) (%S+) (%S+) (%S+) (%S+) ?(%S*)$')
  if known ~= fingerprint then return BATCH_REUSED end
  return { tonumber(applied), tonumber(first), tonumber(count), at, epoch ~= '' and epoch or '-', 1, '' }
end

-- Fields that nothing in the batch reads or removes again go straight into the list for HSET.
local set, size = {}, 0
-- The others go through here: a text sets a field, false removes it.
local writes = {}

local revision, last_seq, ttl, created_at
if header then
  local version
  version, revision, last_seq, ttl, created_at = match(header, '^(%S+) (%d+) (%d+) (%d+) (%S+) %S+$')
  if version ~= LAYOUT_VERSION then return CORRUPT end
  if mode == 'N' then return SESSION_EXISTS end
  revision, last_seq = tonumber(revision), tonumber(last_seq)
else
  local ended, core, history = unpack(call('HMGET', key, 'ended', 'corememory', 'chat_history'))
  if ended then
    if mode ~= 'N' then return SESSION_ENDED end
    writes['ended'] = false
  elseif core or history then
    if mode == 'N' then return SESSION_EXISTS end
    if mode ~= 'E' then
      -- The converted fields come with the SHA-1 of what they were made from: an older service that has written in
      -- between sends the caller back to read again.
      if mode ~= 'C' or extra ~= redis.sha1hex(core or '') .. redis.sha1hex(history or '') then
        return NEEDS_CONVERSION
      end
      for index = 7 + read_count, #ARGV, 2 do writes[ARGV[index]] = ARGV[index + 1] end
      values[3], values[4] = writes['ah'] or false, writes['c:active_agent'] or false
      for index = 1, read_count do values[4 + index] = writes[ARGV[5 + index]] or false end
      last_seq, ttl, created_at = match(writes['session'], '^%S+ %d+ (%d+) (%d+) (%S+) %S+$')
      last_seq = tonumber(last_seq)
      writes['session'], writes['corememory'], writes['chat_history'] = nil, false, false
    end
  elseif call('EXISTS', key) == 1 then
    return CORRUPT
  elseif mode ~= 'N' then
    return SESSION_NOT_FOUND
  end
  revision = 0
  if mode == 'N' then last_seq, ttl, created_at = 0, extra, now end
end

if mode == 'E' then
  call('DEL', key)
  call('HSET', key, 'ended', now)
  call('EXPIRE', key, extra)
  call('PUBLISH', key, 'ended')
  return { revision, 0, 0, now, '-', 0, '' }
end

-- What of the header of the agents is in effect for a sample, `,revision,experiment]`; nil without a change.
local agents_effect
if values[3] then
  local changes, effect = match(values[3], '^(%d+) %d+ %d+ %S+ (%d+,.+)$')
  if not changes then return CORRUPT end
  if changes ~= '0' then agents_effect = ',' .. effect .. ']' end
end

local first_seq = last_seq + 1
local next_part = string.gmatch(text, '([^\31]*)\31')

-- Message numbers by agent, and names of the other fields of the history: read when first asked for and kept in step from
-- then on, because 256 operations of a batch may each ask for them.
local threads, history_fields

-- Members of the objects that are being merged, by context key: parsed once and written once a batch.
local merges = {}

local function set_context(name, value)
  writes['c:' .. name] = value
  merges[name] = nil
end

-- The active agent as JSON text; nil where there is none. Anybody may have put something else there.
local function active_agent()
  local agent = writes['c:active_agent']
  if agent == nil then agent = values[4] end
  return agent and byte(agent) == 34 and not merges['active_agent'] and agent or nil
end

-- What is in effect for a sample, `,agent,revision,experiment]`; empty where nothing is.
local function in_effect()
  local agent = active_agent()
  if agent then return ',' .. agent .. (agents_effect or ',0,null]') end
  return agents_effect and ',null' .. agents_effect or ''
end

-- Events of this batch so far.
local events = 0
-- Of interruptions, once the batch has interrupted or resumed.
local told_epoch = '-'

-- Something that happened between messages: its kind and what it says, as JSON texts.
local function add_event(text)
  set[size + 1] = format('v:%d:%d', revision + 1, events)
  set[size + 2] = format('[%s,%d,%s]', now, last_seq, text)
  size, events = size + 2, events + 1
end

local function set_history(field, value)
  writes[field] = value
  if threads then history_fields[#history_fields + 1] = field end
end

-- Operations that ask what is stored, or take back what is. They are rare, and so made only where one is needed.
local function make_rare_operations()
  local function get(field)
    local value = writes[field]
    if value == nil then return call('HGET', key, field) end
    return value
  end

  local function note_field(field)
    local seq, owner = match(field, '^m:(%d+):(.*)$')
    if seq then
      local numbers = threads[owner] or {}
      threads[owner] = numbers
      numbers[#numbers + 1] = tonumber(seq)
    elseif find(field, '^[pty]:') then
      history_fields[#history_fields + 1] = field
    end
  end

  local function read_history()
    if threads then return end
    threads, history_fields = {}, {}
    for _, field in ipairs(call('HKEYS', key)) do note_field(field) end
    for index = 1, size, 2 do note_field(set[index]) end
    for field, value in pairs(writes) do if value then note_field(field) end end
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

  -- Members of `patch` over those that the key has, one level deep, as text. What is no object is replaced.
  local function merge(name, patch)
    local merged = merges[name] or { members = {}, position = {} }
    local members, position = merged.members, merged.position
    local function put(quoted, member)
      if not position[quoted] then position[quoted] = #members + 1 end
      members[position[quoted]] = member
    end
    if not merges[name] then
      local base = get('c:' .. name)
      if base and byte(base) == 123 then each_member(base, put) end
    end
    each_member(patch, put)
    merges[name] = merged
  end

  local function clear_thread(agent)
    for _, seq in ipairs(threads[agent] or {}) do
      writes[format('m:%d:%s', seq, agent)], writes[format('t:%d', seq)] = false, false
    end
    threads[agent] = nil
  end

  -- Removes an agent's messages, or everybody's.
  -- Of the changes that are kept none may hold what was cleared, so they go, this one with them: removals come last.
  local function clear_history(agent)
    for place = 0, KEPT_CHANGES - 1 do writes[format('f:%d', place)] = false end
    read_history()
    if agent ~= nil then
      clear_thread(agent)
      writes['p:' .. agent], writes['y:' .. agent] = false, false
      return
    end
    local agents = {}
    for owner in pairs(threads) do agents[#agents + 1] = owner end
    for _, owner in ipairs(agents) do clear_thread(owner) end
    for _, field in ipairs(history_fields) do writes[field] = false end
    history_fields = {}
  end

  -- A system message that was appended as the thread's first is the prompt that the new one replaces.
  local function set_system_prompt(agent, content)
    local prompt, system = 'p:' .. agent, get('y:' .. agent)
    if system and not get(prompt) then
      read_history()
      local numbers, first = threads[agent] or {}, nil
      for index, seq in ipairs(numbers) do
        if not first or seq < numbers[first] then first = index end
      end
      if first and numbers[first] == tonumber(system) then
        table.remove(numbers, first)
        writes['m:' .. system .. ':' .. agent], writes['t:' .. system] = false, false
      end
    end
    set_history(prompt, '[' .. now .. ',' .. content .. ']')
  end

  -- One more change of the agents, if nobody has come before; its entry pushes out those that are too old.
  local function change_agents(expected, keep, keep_bytes, digest, experiment, entry)
    local changes, first, bytes = match(values[3] or '0 1 0', '^(%d+) (%d+) (%d+)')
    changes, first, bytes = tonumber(changes), tonumber(first), tonumber(bytes)
    if changes ~= expected then return AGENTS_CHANGED end
    local made = revision + 1
    for _ = 1, tonumber(next_part()) do
      local record, value = 'a:' .. next_part(), next_part()
      writes[record] = value ~= '' and '[' .. made .. ',' .. value .. ']' or false
    end
    changes = changes + 1
    local stored = '[' .. made .. ',"' .. digest .. '",' .. entry .. ']'
    writes[format('e:%d', changes)] = stored
    bytes = bytes + #stored
    while first < changes and (changes - first >= keep or bytes > keep_bytes) do
      local oldest = format('e:%d', first)
      bytes = bytes - #(get(oldest) or '')
      writes[oldest] = false
      first = first + 1
    end
    local effect = format('%d,%s', made, experiment)
    values[3] = format('%d %d %d %s %s', changes, first, bytes, digest, effect)
    writes['ah'], agents_effect = values[3], ',' .. effect .. ']'
  end

  local function epoch()
    return tonumber(get('ep') or 0)
  end

  -- The playback queue: the steps of playback.ts.
  local function playback()
    local text = get('pq') or '1 1 0 0 0 0 0 ""'
    local oldest, following, tail, current, attempts, retry_at, lease_until, consumer =
      match(text, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (.*)$')
    return {
      oldest = tonumber(oldest), next = tonumber(following), tail = tonumber(tail), current = tonumber(current),
      attempts = tonumber(attempts), retry_at = retry_at, lease_until = lease_until, consumer = consumer,
    }
  end

  local function set_playback(queue)
    local numbers = format('%d %d %d %d %d ', queue.oldest, queue.next, queue.tail, queue.current, queue.attempts)
    writes['pq'] = numbers .. queue.retry_at .. ' ' .. queue.lease_until .. ' ' .. queue.consumer
  end

  -- Forgets what is over and too old.
  local function keep_playback(queue)
    local open = queue.current > 0 and queue.current or queue.next
    while queue.oldest < open and queue.oldest <= queue.tail - KEPT_PLAYBACK do
      writes[format('q:%d', queue.oldest)] = false
      queue.oldest = queue.oldest + 1
    end
    set_playback(queue)
  end

  local function nothing_current(queue)
    queue.current, queue.attempts, queue.retry_at, queue.lease_until, queue.consumer = 0, 0, '0', '0', '""'
  end

  local function end_playback(number, outcome, offset, consumer)
    local field = format('q:%d', number)
    local message = get(field)
    if not message then return end
    message = match(message, '^(.*),"cut",null,[^,]+,".*"%]$') or sub(message, 1, -2)
    local said = offset == '' and 'null' or offset
    writes[field] = message .. ',"' .. outcome .. '",' .. said .. ',' .. now .. ',' .. consumer .. ']'
  end

  local function enqueue_playback(of_epoch, content)
    if of_epoch ~= '' and tonumber(of_epoch) < epoch() then return EPOCH_PASSED end
    local queue = playback()
    local waiting = queue.tail - queue.next + 1 + (tonumber(queue.retry_at) > 0 and 1 or 0)
    if waiting >= MAX_QUEUED_PLAYBACK then return PLAYBACK_FULL end
    queue.tail = queue.tail + 1
    writes[format('q:%d', queue.tail)] = format('[%d,%s,', epoch(), now) .. content .. ']'
    keep_playback(queue)
  end

  local function clear_playback()
    local queue = playback()
    if tonumber(queue.retry_at) > 0 then nothing_current(queue) end
    queue.next = queue.tail + 1
    keep_playback(queue)
  end

  local function interrupt_playback()
    if not get('pq') then return end
    local queue = playback()
    if queue.current == 0 and queue.next > queue.tail then return end
    if queue.current > 0 and tonumber(queue.retry_at) == 0 then end_playback(queue.current, 'cut', '', queue.consumer) end
    nothing_current(queue)
    queue.next = queue.tail + 1
    keep_playback(queue)
  end

  local function takeable(queue, consumer)
    if queue.current == 0 then return queue.next <= queue.tail and queue.next or nil end
    local time, retry_at = tonumber(now), tonumber(queue.retry_at)
    if retry_at > 0 then return retry_at <= time and queue.current or nil end
    return (consumer == queue.consumer or tonumber(queue.lease_until) <= time) and queue.current or nil
  end

  -- The consumer of a message that an interruption has cut says, once, how far it came.
  local function explain_cut(number, outcome, offset, consumer)
    local before = match(get(format('q:%d', number)) or '', '^.*,"cut",null,[^,]+,(".*")%]$')
    if before ~= consumer then return PLAYBACK_NOT_HELD end
    end_playback(number, outcome, offset, consumer)
  end

  local function move_playback(number, consumer, to, until_at, offset)
    local queue = playback()
    local holds = queue.current == number and tonumber(queue.retry_at) == 0 and queue.consumer == consumer
    if to == 'playing' then
      if get('c:tts_interrupted') == 'true' or number ~= takeable(queue, consumer) then return PLAYBACK_NOT_HELD end
      if not (holds and tonumber(queue.lease_until) > tonumber(now)) then queue.attempts = queue.attempts + 1 end
      queue.next = math.max(queue.next, number + 1)
      queue.current, queue.retry_at, queue.lease_until, queue.consumer = number, '0', until_at, consumer
      set_playback(queue)
    elseif to == 'queued' then
      if not holds then return PLAYBACK_NOT_HELD end
      queue.retry_at, queue.lease_until, queue.consumer = until_at, '0', '""'
      set_playback(queue)
    elseif holds then
      end_playback(number, to, offset, consumer)
      nothing_current(queue)
      keep_playback(queue)
    else
      return explain_cut(number, to, offset, consumer)
    end
  end

  -- An interruption raises the epoch; a resumption does not.
  local function set_interrupted(value)
    local current = epoch()
    if value == 'true' then
      current = current + 1
      writes['ep'] = format('%d', current)
    end
    set_context('tts_interrupted', value)
    add_event(format('"i",%s,%d', value, current))
    told_epoch = format('%d', current)
    if value == 'true' then interrupt_playback() end
  end

  -- One more sample of a run, its first ones; a run that begins takes the place of the oldest.
  local function add_to_run(stage, at, seconds, run_and_meta)
    local name_end = string_end(run_and_meta, 2)
    local run = sub(run_and_meta, 2, name_end)
    local field, meta, label = 'lu:' .. run, sub(run_and_meta, name_end + 2), 'null'
    if meta ~= '' then
      each_member(meta, function(name, member)
        if name == '"label"' and byte(member, 9) == 34 then label = sub(member, 9) end
      end)
    end
    local number, count, begun, head, samples = match(get(field) or '', '^(%d+) (%d+) (%S+) (.-)\31(.*)$')
    if not number then
      number, count, begun, head, samples = tonumber(get('ln') or 0) + 1, 0, at, label, ''
      local place = format('lo:%d', number % KEPT_RUNS)
      local oldest = get(place)
      if oldest then writes['lu:' .. oldest] = false end
      writes['ln'], writes[place] = format('%d', number), run
    end
    if head == 'null' then head = label end
    if tonumber(count) < RUN_SAMPLES then
      local quoted = '"' .. string.gsub(stage, '[\\"]', '\\%0') .. '"'
      samples = samples .. (count == 0 and '' or ',') .. '[' .. quoted .. ',' .. seconds .. ',' .. at .. ']'
      count = count + 1
    end
    writes[field] = format('%d %d %s ', number, count, begun) .. head .. '\31' .. samples
  end

  -- Takes or prolongs the lease of turns, as mayTake of lease.ts says.
  local function take_lease(fence, until_at, holder)
    local held, held_until, held_by = match(get('tl') or '0 0 ""', '^(%d+) (%S+) (.*)$')
    held, held_until = tonumber(held), tonumber(held_until)
    if fence == held then
      if holder ~= held_by or held_until == 0 then return LEASE_HELD end
    elseif fence ~= held + 1 or held_until > tonumber(now) then
      return LEASE_HELD
    end
    writes['tl'] = format('%d ', fence) .. until_at .. ' ' .. holder
  end

  local function lease_fence()
    return tonumber(match(get('tl') or '0', '^%d+'))
  end

  return function(code, name, sample)
    if code == 105 then -- i: setInterrupted
      set_interrupted(name == '1' and 'true' or 'false')
    elseif code == 117 then -- u: setInterrupted with what was spoken or a cause
      local heard, cause = next_part(), next_part()
      set_interrupted('true')
      if name ~= '' then
        if tonumber(name) > last_seq then return MESSAGE_NOT_FOUND end
        set_history('t:' .. name, '[' .. heard .. ',' .. (cause == '' and 'null' or cause) .. ']')
      end
    elseif code == 84 then -- T: truncate that belongs to an epoch
      local content = next_part()
      if tonumber(next_part()) < epoch() then return EPOCH_PASSED end
      if tonumber(name) > last_seq then return MESSAGE_NOT_FOUND end
      set_history('t:' .. name, content)
    elseif code == 109 then -- m: mergeContext
      if not pcall(merge, name, next_part()) then return CORRUPT end
    elseif code == 112 then -- p: systemPrompt
      set_system_prompt(name, next_part())
    elseif code == 104 then -- h: clearHistory of one agent
      clear_history(name)
    elseif code == 72 then -- H: clearHistory of all
      clear_history(nil)
    elseif code == 121 then -- y: append of a system message; the first one of a thread is remembered
      if not get('y:' .. name) then set_history('y:' .. name, tostring(last_seq)) end
    elseif code == 120 then -- x: changeAgents
      local keep, keep_bytes = tonumber(next_part()), tonumber(next_part())
      local digest, experiment, entry = next_part(), next_part(), next_part()
      return change_agents(tonumber(name), keep, keep_bytes, digest, experiment, entry)
    elseif code == 76 then -- L: recordLatency of a run
      add_to_run(name, unpack(sample))
    elseif code == 81 then -- Q: enqueuePlayback
      return enqueue_playback(name, next_part())
    elseif code == 107 then -- k: clearPlayback
      clear_playback()
    elseif code == 106 then -- j: movePlayback
      local consumer, to, until_at, offset = next_part(), next_part(), next_part(), next_part()
      return move_playback(tonumber(name), consumer, to, until_at, offset)
    elseif code == 70 then -- F: the lease under which the batch was made
      if tonumber(name) < lease_fence() then return LEASE_LOST end
    elseif code == 101 then -- e: takeLease
      local until_at, holder = next_part(), next_part()
      return take_lease(tonumber(name), until_at, holder)
    elseif code == 69 then -- E: releaseLease
      if tonumber(name) < lease_fence() then return LEASE_LOST end
      writes['tl'] = name .. ' 0 ' .. match(get('tl') or '0 0 ""', '^%d+ %S+ (.*)$')
    else
      return redis.error_reply('PARLEY unknown operation code')
    end
  end
end

-- Returns nil, or what the script is to answer.
local rare_operations
local function rare_operation(code, name, sample)
  rare_operations = rare_operations or make_rare_operations()
  return rare_operations(code, name, sample)
end

local head = next_part()
while head do
  local code, name = byte(head), sub(head, 2)
  if code == 97 or code == 121 then -- a, y: append; without a time of its own the message begins with a comma
    local rest = next_part()
    last_seq = last_seq + 1
    set[size + 1] = 'm:' .. last_seq .. ':' .. name
    set[size + 2] = byte(rest) == 44 and '[' .. now .. rest or '[' .. rest
    size = size + 2
    if threads then
      threads[name] = threads[name] or {}
      table.insert(threads[name], last_seq)
    end
    if code == 121 then rare_operation(code, name) end
  elseif code == 115 then -- s: setSlots
    for _ = 1, tonumber(name) do
      set[size + 1] = 's:' .. next_part()
      set[size + 2] = next_part()
      size = size + 2
    end
  elseif code == 108 then -- l: recordLatency
    local figures_at, counter_at, at, seconds, rest = match(next_part(), '^(%d+) (%d+) (%S*) ([^,]+)(.*)$')
    figures_at, counter_at = 4 + figures_at, 4 + counter_at
    local figures, value = values[figures_at], tonumber(seconds)
    local count, total, min, max = 0, 0, seconds, seconds
    if figures then
      count, total, min, max = match(figures, '^(%S+) (%S+) (%S+) (%S+)$')
      if value < tonumber(min) then min = seconds end
      if value > tonumber(max) then max = seconds end
    end
    if at == '' then at = now end
    if keeps_runs and byte(rest, 2) == 34 then rare_operation(76, name, { at, seconds, rest }) end
    local effect = in_effect()
    if effect ~= '' then at = '[' .. at .. effect end
    set[size + 1] = format('lr:%d:%s', count % RECENT_SAMPLES, name)
    set[size + 2] = '[' .. at .. ',' .. seconds .. rest .. ']'
    size = size + 2
    values[figures_at] = format('%d %.17g %s %s', count + 1, total + value, min, max)
    values[counter_at] = format('%d', (values[counter_at] or 0) + 1)
  elseif code == 99 then -- c: setContext
    set_context(name, next_part())
  elseif code == 100 then -- d: deleteContext
    set_context(name, false)
  elseif code == 111 then -- o: setToolOutput
    set[size + 1], set[size + 2] = 'o:' .. name, next_part()
    size = size + 2
    add_event('"t","' .. string.gsub(name, '[\\"]', '\\%0') .. '"')
  elseif code == 103 then -- g: setActiveAgent; only a change of hands is an event
    local from = active_agent()
    set_context('active_agent', name)
    if from ~= name then add_event('"a",' .. name .. ',' .. (from or 'null')) end
  elseif code == 116 then -- t: truncate; a message cleared since is no error, a number never given is
    local content = next_part()
    if tonumber(name) > last_seq then return MESSAGE_NOT_FOUND end
    set_history('t:' .. name, content)
  else
    local answer = rare_operation(code, name)
    if answer then return answer end
  end
  head = next_part()
end

for name, merged in pairs(merges) do
  writes['c:' .. name] = '{' .. table.concat(merged.members, ',') .. '}'
end

if turns ~= '' then values[4 + read_count] = format('%d', (values[4 + read_count] or 0) + turns) end
for index = 1, read_count do
  set[size + 1], set[size + 2] = ARGV[5 + index], values[4 + index]
  size = size + 2
end

revision = revision + 1
local messages = last_seq - first_seq + 1
local ring = 2 * REMEMBERED_BATCHES
local receipt_text = format('%d %d %d %s ', revision, first_seq, messages, now)
set[size + 1] = 'session'
set[size + 2] = format('%s %d %d %s %s %s', LAYOUT_VERSION, revision, last_seq, ttl, created_at, now)
set[size + 3], set[size + 4] = format('r:%d', revision % ring), batch_id
set[size + 5], set[size + 6] = 'b:' .. batch_id, receipt_text .. fingerprint .. ' ' .. told_epoch
size = size + 6

-- For who was away. What is too long is not kept: in its place stays an older change, as its revision says.
local change = receipt_text .. told_epoch .. ' ' .. batch_id .. '\31' .. text
if #change <= MAX_KEPT_CHANGE_BYTES then
  set[size + 1], set[size + 2] = format('f:%d', revision % KEPT_CHANGES), change
  size = size + 2
end

-- Calls a command with a list of fields, a bounded number at a time.
local function in_chunks(command, list, count)
  for from = 1, count, MAX_ARGUMENTS do
    call(command, key, unpack(list, from, math.min(from + MAX_ARGUMENTS - 1, count)))
  end
end

-- Batches are forgotten by the hundreds, just before their places in the ring are used again: once in 256 turns
-- instead of two calls in every turn.
if revision % REMEMBERED_BATCHES == 0 and revision >= ring then
  local places = {}
  for index = 0, REMEMBERED_BATCHES - 1 do places[index + 1] = 'r:' .. (revision + index) % ring end
  local forgotten = {}
  for _, id in ipairs(call('HMGET', key, unpack(places))) do
    if id then forgotten[#forgotten + 1] = 'b:' .. id end
  end
  in_chunks('HDEL', forgotten, #forgotten)
end

if next(writes) then
  -- Converted fields come first, so that what the batch makes of them wins; removals come last.
  local removed, removed_count, kept, kept_count = {}, 0, {}, 0
  for field, value in pairs(writes) do
    if value then
      kept[kept_count + 1], kept[kept_count + 2] = field, value
      kept_count = kept_count + 2
    else
      removed_count = removed_count + 1
      removed[removed_count] = field
    end
  end
  for index = 1, size do kept[kept_count + index] = set[index] end
  in_chunks('HSET', kept, kept_count + size)
  in_chunks('HDEL', removed, removed_count)
else
  in_chunks('HSET', set, size)
end

call('EXPIRE', key, ttl)
call('PUBLISH', key, change)
return { revision, first_seq, messages, now, told_epoch, 0, in_effect() }

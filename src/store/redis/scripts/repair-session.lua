-- Gives fields of a session other names and writes its header anew, if nobody has changed any of them since they were read.
--
--   KEYS[1]  the session
--   ARGV     the SHA-1 of the header that was read ('' for none), the new header, then for each field that moves its name,
--            the SHA-1 of its value, and its new name
--
-- Replies 1, or 0 where something else stands there now: nothing was changed then.
local key = KEYS[1]
local function digest(field)
  local value = redis.call('HGET', key, field)
  return value and redis.sha1hex(value) or '', value
end

if digest('session') ~= ARGV[1] then return 0 end
local values = {}
for index = 3, #ARGV, 3 do
  local found, value = digest(ARGV[index])
  if found ~= ARGV[index + 1] then return 0 end
  values[index] = value
end
for index = 3, #ARGV, 3 do
  redis.call('HDEL', key, ARGV[index])
  redis.call('HSET', key, ARGV[index + 2], values[index])
end
redis.call('HSET', key, 'session', ARGV[2])
return 1

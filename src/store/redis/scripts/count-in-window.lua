--[[
Adds to the count of the window that runs, or begins one. The key lives as long as its window: an addition leaves the
window's end where it is.

KEYS[1]  the window's hash, with the one field `count`
ARGV[1]  whole number to add; a negative one gives back, and no count goes below 0
ARGV[2]  milliseconds that a new window lasts

Returns  {count, milliseconds until the window ends}
]]
local key, amount, lasts = KEYS[1], ARGV[1], ARGV[2]

local remaining = redis.call('PTTL', key)
if remaining < 0 then
  redis.call('HSET', key, 'count', 0)
  redis.call('PEXPIRE', key, lasts)
  remaining = tonumber(lasts)
end
local count = redis.call('HINCRBY', key, 'count', amount)
if count < 0 then
  count = 0
  redis.call('HSET', key, 'count', count)
end
return { count, remaining }

--[[
Adds to the counters of one key, and lets them live on from now. A script, because the additions and the new time to
live must not come apart: counters without one would stay for ever.

KEYS[1]  the counters' hash, a field for each
ARGV[1]  milliseconds to live
ARGV[2…] name and whole number to add, in turn

Returns  nothing
]]
for index = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[index], ARGV[index + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])

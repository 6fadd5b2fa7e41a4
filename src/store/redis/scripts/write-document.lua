--[[
Writes one document of a collection, or removes it, if it still has the version that the writer has seen.

The JSON text is moved, never re-encoded: cjson would round numbers to 14 digits and turn [] into {}.

KEYS[1]  the collection's hash, a field for each document: `<version> <json>`; notifications go to the channel with the
         same name
ARGV[1]  the document's name
ARGV[2]  version that the writer has seen; 0 for none
ARGV[3]  the document as JSON; empty to remove it

Returns  the new version, 0 after a removal; -1 where the document has another version than was seen
Event    `gap`: who listens reads the collection again
]]
local key, name, seen, json = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local CHANGED = -1

local stored = redis.call('HGET', key, name)
local version = '0'
if stored then version = string.match(stored, '^(%d+) ') end
if version ~= seen then return CHANGED end

local written = 0
if json == '' then
  redis.call('HDEL', key, name)
else
  written = tonumber(version) + 1
  redis.call('HSET', key, name, string.format('%d %s', written, json))
end
redis.call('PUBLISH', key, 'gap')
return written

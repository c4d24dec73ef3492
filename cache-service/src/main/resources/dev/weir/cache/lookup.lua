-- ARGV: epoch to begin with, digest of the key, names and values of the request's fields.
-- Gives epoch, number, word; behind "found": resident milliseconds, stale, value.
local epoch, number = sequence(ARGV[1])
local entries, wrong = index(URL)
if wrong then
  redis.call('DEL', URL)
  return {epoch, number, wrong}
end
if not entries then
  return {epoch, number, 'nothing'}
end

local fields = fields_from(3)
local time = now()
local selected = {}
local best, softened = nil, 0
local purges = wide()
for _, entry in ipairs(entries) do
  if entry[KEY] == ARGV[2] and entry[EXPIRES] > time then
    local names = entry[NAMES]
    selected[names] = selected[names] or variant(names, fields)
    if entry[VARIANT] == selected[names] and (not best or entry[ORDER] > best[ORDER]) then
      local found = standing_of(entry, epoch, purges)
      if found ~= 'purged' then
        best, softened = entry, found == 'softened' and 1 or 0
      end
    end
  end
end
if not best then
  return {epoch, number, 'nothing'}
end
local value = redis.call('HGET', URL, 'v' .. best[ORDER])
if not value then
  redis.call('DEL', URL)
  return {epoch, number, 'garbage'}
end
return {epoch, number, 'found', math.max(0, time - best[STORED]), softened, value}

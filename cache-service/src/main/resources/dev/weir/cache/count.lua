-- ARGV: epoch to begin with, where to go on, keys to look at, how the keys of URLs begin; behind it scopes: "url" and
-- the key, "mark" and the mark, "all" and nothing.
-- Gives epoch, number, where to go on ("0" at the end), how many responses a purge of any of them would meet.
local epoch, number = sequence(ARGV[1])
local purges, time, met = wide(), now(), 0

local function is_met(key, entry)
  for i = 5, #ARGV, 2 do
    local kind, what = ARGV[i], ARGV[i + 1]
    if kind == 'all' or (kind == 'url' and what == key) then
      return true
    end
    if kind == 'mark' then
      for at = 1, #entry[MARKS], 16 do
        if string.sub(entry[MARKS], at, at + 15) == what then
          return true
        end
      end
    end
  end
  return false
end

local scanned = redis.call('SCAN', ARGV[2], 'MATCH', ARGV[4] .. '*', 'COUNT', ARGV[3])
for _, key in ipairs(scanned[2]) do
  for _, entry in ipairs(index(key) or {}) do
    if entry[EXPIRES] > time and standing_of(entry, epoch, purges) ~= 'purged' and is_met(key, entry) then
      met = met + 1
    end
  end
end
return {epoch, number, scanned[1], met}

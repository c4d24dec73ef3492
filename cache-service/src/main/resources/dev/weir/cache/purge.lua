-- ARGV: epoch to begin with, digest of the URL, the URL, 1 if soft, how many purges to remember.
-- Gives epoch, number, how many responses it met, and what was wrong with them if something was.
local epoch, number = sequence_and_log(ARGV[1])
number = redis.call('HINCRBY', SEQUENCE, 'number', 1)
redis.call('RPUSH', LOG, number .. ' ' .. ARGV[2] .. ' ' .. ARGV[4] .. ' ' .. ARGV[3])
redis.call('HSET', LAST, ARGV[2], number)
while redis.call('LLEN', LOG) > tonumber(ARGV[5]) do
  local oldest, digest = string.match(redis.call('LPOP', LOG), '^(%d+) (%S+) ')
  if digest and redis.call('HGET', LAST, digest) == oldest then
    redis.call('HDEL', LAST, digest)
  end
end

local entries, wrong = index()
if not entries or ARGV[4] == '0' then
  redis.call('UNLINK', URL)
else
  for _, entry in ipairs(entries) do
    entry[STALE] = 1
  end
  save(entries)
end
return {epoch, number, entries and #entries or 0, wrong or ''}

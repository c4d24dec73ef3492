-- ARGV: epoch to begin with, digest of the scope, its text, 1 if soft, how many purges to remember; its mark: empty for
-- one URL, "all" for everything; how many marks to remember.
-- Gives epoch, number, how many responses it met if it is of one URL, and what was wrong with them if something was.
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

if ARGV[6] ~= '' then
  local marks, floor = ARGV[4] == '1' and SOFT or HARD, 'floor:' .. ARGV[4]
  if ARGV[6] == 'all' then
    redis.call('HSET', SEQUENCE, floor, number)
    redis.call('DEL', marks)
  else
    redis.call('ZADD', marks, number, ARGV[6])
    while redis.call('ZCARD', marks) > tonumber(ARGV[7]) do
      local oldest = redis.call('ZRANGE', marks, 0, 0, 'WITHSCORES')
      local known = tonumber(redis.call('HGET', SEQUENCE, floor) or '0')
      redis.call('HSET', SEQUENCE, floor, math.max(known, tonumber(oldest[2])))
      redis.call('ZREM', marks, oldest[1])
    end
  end
  redis.call(
    'HSET', SEQUENCE, 'wide', number, 'marks', redis.call('ZCARD', HARD) + redis.call('ZCARD', SOFT))
  return {epoch, number, -1, ''}
end

local entries, wrong = index(URL)
if not entries or ARGV[4] == '0' then
  redis.call('UNLINK', URL)
else
  for _, entry in ipairs(entries) do
    entry[STALE] = 1
  end
  save(entries)
end
return {epoch, number, entries and #entries or 0, wrong or ''}

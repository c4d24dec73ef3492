-- ARGV: epoch to begin with, what names this run of this Redis. Gives epoch and number of the newest purge.
-- Another run (restarted, or another server after a fail-over) may have lost the purges that were numbered last, and
-- would give their numbers to others: a new life begins.
local function run()
  return is(SEQUENCE, 'hash') and redis.call('HGET', SEQUENCE, 'run')
end

local epoch, number
if run() == ARGV[2] then
  epoch, number = sequence_and_log(ARGV[1])
else
  epoch, number = begin(ARGV[1])
end
if run() ~= ARGV[2] then
  redis.call('HSET', SEQUENCE, 'run', ARGV[2])
end
return {epoch, number}

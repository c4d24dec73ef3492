-- ARGV: epoch to begin with, what names this run of this Redis. Gives epoch and number of the newest purge.
-- Another run (restarted, or another server after a fail-over) may have lost the purges that were numbered last, and
-- would give their numbers to others: a new life begins.
local epoch, number = sequence_and_log(ARGV[1])
if redis.call('HGET', SEQUENCE, 'run') ~= ARGV[2] then
  redis.call('DEL', SEQUENCE, LOG, LAST, HARD, SOFT)
  epoch, number = sequence(ARGV[1])
  redis.call('HSET', SEQUENCE, 'run', ARGV[2])
end
return {epoch, number}

-- ARGV: epoch to begin with, epoch and number that the asker has, how many it can be given at most.
-- Gives epoch, number, 1 if all purges since then follow, and they.
local epoch, number, length = sequence_and_log(ARGV[1])
local behind = number - tonumber(ARGV[3])
if ARGV[2] ~= epoch or behind < 0 or behind > length or behind > tonumber(ARGV[4]) then
  return {epoch, number, 0}
end
if behind == 0 then
  return {epoch, number, 1}
end
local answer = {epoch, number, 1}
for _, purge in ipairs(redis.call('LRANGE', LOG, -behind, -1)) do
  answer[#answer + 1] = purge
end
return answer

-- ARGV: epoch to begin with. Gives epoch and number of the newest purge.
local epoch, number = sequence_and_log(ARGV[1])
return {epoch, number}

-- KEYS: leases. ARGV: instance of who holds them, milliseconds that a lease lasts, how many are renewed; the others are
-- given back. Behind it their tokens.
-- Gives the places of those that could not be renewed.
local lost = {}
for i, key in ipairs(KEYS) do
  local renewed = i <= tonumber(ARGV[3])
  local held = is(key, 'hash') and redis.call('HMGET', key, 'token', 'instance') or {}
  if held[1] ~= ARGV[i + 3] or held[2] ~= ARGV[1] then
    lost[#lost + 1] = renewed and i or nil
  elseif renewed then
    redis.call('PEXPIRE', key, ARGV[2])
  else
    redis.call('DEL', key)
  end
end
return lost

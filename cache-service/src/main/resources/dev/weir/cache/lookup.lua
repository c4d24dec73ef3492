-- ARGV: epoch to begin with, digest of the key; of a wish for a lease node, or nothing if there is none, instance,
-- address, lost token, order of the newest response that is of no use, digest of the URL, milliseconds that a lease lasts;
-- names and values of the request's fields.
-- Gives epoch, number, word, what was wrong with what is stored if something was; behind "found": resident milliseconds,
-- stale, value, order; behind "granted": token; behind "follow": own token, and token, node, instance and address of
-- who is followed; behind "nothing" why there is no lease if one was wished for.
local epoch, number = sequence(ARGV[1])
local entries, wrong = index(URL)
if wrong then
  redis.call('DEL', URL)
end

local fields = fields_from(10)
local time, beyond = now(), tonumber(ARGV[7])
local selected = {}
local best, softened = nil, 0
local purges = wide()
for _, entry in ipairs(entries or {}) do
  if entry[KEY] == ARGV[2] and entry[EXPIRES] > time and entry[ORDER] > beyond then
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
if best then
  local value = redis.call('HGET', URL, 'v' .. best[ORDER])
  if value then
    return {epoch, number, 'found', '', math.max(0, time - best[STORED]), softened, value, best[ORDER]}
  end
  redis.call('DEL', URL)
  wrong = 'garbage'
end
if ARGV[3] == '' then
  return {epoch, number, 'nothing', wrong or '', ''}
end

local length
epoch, number, length = sequence_and_log(ARGV[1])

-- Nothing is known of its tags yet.
local function may_be_purged(since)
  return since < number - length or since < wide().newest
    or since < last(ARGV[8])
end

-- What can't be written is no reason to say nothing.
local token = redis.pcall('HINCRBY', SEQUENCE, 'token', 1)
if type(token) == 'table' then
  return {epoch, number, 'nothing', wrong or '', token.err}
end
local held = lease(epoch)
if held and held.node ~= ARGV[3] and held.token ~= tonumber(ARGV[6]) and not may_be_purged(held.number) then
  return {
    epoch, number, 'follow', wrong or '', token, held.token, held.node, held.instance, held.address}
end
redis.call(
  'HSET', LEASE, 'epoch', epoch, 'token', token, 'node', ARGV[3], 'instance', ARGV[4], 'address', ARGV[5],
  'number', number)
redis.call('PEXPIRE', LEASE, ARGV[9])
return {epoch, number, 'granted', wrong or '', token}

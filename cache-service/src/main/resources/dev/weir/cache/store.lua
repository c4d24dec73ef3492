-- ARGV: epoch to begin with, epoch and number of the fill, digest of the URL, digest of the key, names of Vary,
-- resident and keep milliseconds, status, value, most of one key, most of the URL, marks, token or 0, names and values of
-- what selects.
-- Gives a word.
local epoch, number, length = sequence_and_log(ARGV[1])
local since, token = tonumber(ARGV[3]), tonumber(ARGV[14])

-- Who stores is done with the lease, whatever comes of it.
local held = lease(epoch)
if held and ARGV[2] == epoch and held.token == token then
  redis.call('DEL', LEASE)
end

if ARGV[2] ~= epoch or since > number or since < number - length then
  return 'purged'
end
if last(ARGV[4]) > since then
  return 'purged'
end

local purges = wide()
if standing(purges, ARGV[13], since) ~= 'good' then
  return 'purged'
end

local entries, wrong = index(URL)
if wrong then
  redis.call('DEL', URL)
end
entries = entries or {}

local key, names, status = ARGV[5], ARGV[6], tonumber(ARGV[9])
local most_of_key, most_of_url = tonumber(ARGV[11]), tonumber(ARGV[12])
local chosen = variant(names, fields_from(15))
local time = now()

local function same(entry)
  return entry[NAMES] == names and entry[VARIANT] == chosen
end

-- Tokens tell what was asked for first, and with it by which fields the origin selects; without, what came first.
local function is_later(entry)
  local of_entry = entry[TOKEN] or 0
  if of_entry > 0 and token > 0 then
    return of_entry > token and (entry[NAMES] ~= names or same(entry))
  end
  return same(entry) and entry[STORED] > time - tonumber(ARGV[7])
end

if held and held.token > token then
  return 'late'
end
for _, entry in ipairs(entries) do
  if entry[KEY] == key and entry[EXPIRES] > time and is_later(entry)
      and standing_of(entry, epoch, purges) ~= 'purged' then
    return 'late'
  end
end

if status >= 400 then
  for _, entry in ipairs(entries) do
    if entry[KEY] == key and entry[STATUS] < 400 and entry[EXPIRES] > time
        and (entry[NAMES] ~= names or same(entry)) and standing_of(entry, epoch, purges) == 'good' then
      return 'outranked'
    end
  end
end

-- Entries stand in the order they came: count from the newest, drop what is replaced, over or too many.
local kept, of_key, expires = {}, 1, time + tonumber(ARGV[8])
local latest = expires
for i = #entries, 1, -1 do
  local entry = entries[i]
  local mine = entry[KEY] == key
  if entry[EXPIRES] <= time or (mine and same(entry)) or (mine and of_key >= most_of_key) or #kept + 1 >= most_of_url
      or standing_of(entry, epoch, purges) == 'purged' then
    redis.call('HDEL', URL, 'v' .. entry[ORDER])
  else
    table.insert(kept, 1, entry)
    of_key = of_key + (mine and 1 or 0)
    latest = math.max(latest, entry[EXPIRES])
  end
end
local order = redis.call('HINCRBY', SEQUENCE, 'serial', 1)
kept[#kept + 1] =
  {key, names, chosen, time - tonumber(ARGV[7]), expires, 0, order, status, epoch, number, ARGV[13], token}
redis.call('HSET', URL, 'v' .. order, ARGV[10])
save(kept)
redis.call('PEXPIRE', URL, latest - time)
return wrong or 'stored'

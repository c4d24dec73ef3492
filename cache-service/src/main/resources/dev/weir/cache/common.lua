-- Set before every script. What is not ours (wrong type, wrong checksum) is deleted, never used.
--   SEQUENCE  hash: epoch (a 64-bit number, as text) and number of the newest purge
--             also of purges that are not of one URL ("wide"): the newest's number in "wide"; in "floor:1" and
--             "floor:0" that of the newest soft and hard one that HARD and SOFT don't hold; in "marks" how many they do;
--             in "run" which run of which Redis it was written by; in "token" the last that was given to somebody who
--             asks an origin; in "serial" that of what was stored last
--   LOG       list: the latest purges, "number digest soft scope", oldest first, without gaps; a URL stands as it is
--   LAST      hash: digest of a scope -> number of its latest purge within LOG
--   HARD      sorted set: mark of a wide purge -> number of its latest that was hard
--   SOFT      the same of soft ones
--   URL       hash: all responses of one URL, of all zones; "index" lists them, "v<order>" holds one.
--   LEASE     hash, where a lease is in question: epoch, token, node, instance and address of who holds it, number of the
--             newest purge when it was given. Its hash tag is the whole name of URL, so that they lie together.
-- One key holds all of a URL, so that eviction can never leave a response that a purge would not find. Wide purges find
-- nothing at all: an entry holds its marks and the number that was the newest when it was stored, and is judged when it
-- is asked for.
local SEQUENCE, LOG, LAST, HARD, SOFT, URL, LEASE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]

-- What an entry of the index holds. Entries of a version before wide purges end with STATUS: they aren't used. Those of a
-- version before tokens end with MARKS.
local KEY, NAMES, VARIANT, STORED, EXPIRES, STALE, ORDER, STATUS = 1, 2, 3, 4, 5, 6, 7, 8
local EPOCH, NUMBER, MARKS, TOKEN = 9, 10, 11, 12

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function is(key, kind)
  local found = redis.call('TYPE', key).ok
  return found == kind or found == 'none'
end

-- The epoch of a life that follows one, greater than that one's: whoever hears of both knows which is the later. Those
-- that have no 19 digits have no order.
local function following(old, fresh)
  if type(old) ~= 'string' or not string.match(old, '^%d+$') or #old ~= 19 or #fresh ~= 19 or fresh > old then
    return fresh
  end
  return string.sub(old, 1, 9) .. string.format('%010d', tonumber(string.sub(old, 10)) + 1)
end

-- Forgets the life there is, and begins another one.
local function begin(fresh)
  local old = is(SEQUENCE, 'hash') and redis.call('HGET', SEQUENCE, 'epoch')
  local epoch = following(old, fresh)
  redis.call('DEL', SEQUENCE, LOG, LAST, HARD, SOFT)
  redis.call('HSET', SEQUENCE, 'epoch', epoch, 'number', '1')
  return epoch, 1
end

-- Epoch and number of the newest purge; where they are missing a new life begins.
local function sequence(fresh)
  if is(SEQUENCE, 'hash') then
    local held = redis.call(
      'HMGET', SEQUENCE, 'epoch', 'number', 'wide', 'floor:0', 'floor:1', 'marks', 'token', 'serial')
    local sound = held[1] and held[2] and string.match(held[1], '^%-?%d+$')
    for i = 2, 8 do
      sound = sound and (not held[i] or (#held[i] <= 15 and string.match(held[i], '^%d+$')))
    end
    if sound then
      return held[1], tonumber(held[2])
    end
  end
  return begin(fresh)
end

-- The number of a scope's latest purge; what is none counts as just now.
local function last(digest)
  return tonumber(redis.call('HGET', LAST, digest) or '0') or math.huge
end

local function marks_are_whole()
  if not is(HARD, 'zset') or not is(SOFT, 'zset') then
    return false
  end
  local held = redis.call('ZCARD', HARD) + redis.call('ZCARD', SOFT)
  return held == tonumber(redis.call('HGET', SEQUENCE, 'marks') or '0')
end

-- The same, after making sure that the log belongs to it; also how many purges the log holds.
local function sequence_and_log(fresh)
  local epoch, number = sequence(fresh)
  if is(LOG, 'list') and is(LAST, 'hash') and marks_are_whole() then
    local length = redis.call('LLEN', LOG)
    local scopes = redis.call('HLEN', LAST)
    if length < number and scopes <= length and (scopes > 0 or length == 0) then
      return epoch, number, length
    end
  end
  epoch, number = begin(fresh)
  return epoch, number, 0
end

-- What is known of wide purges: the newest's number, and the floors below which nothing is known.
local function wide()
  local held = redis.call('HMGET', SEQUENCE, 'wide', 'floor:0', 'floor:1')
  return {newest = tonumber(held[1] or '0'), hard = tonumber(held[2] or '0'), soft = tonumber(held[3] or '0')}
end

-- What became of a response with these marks since a number: 'good', 'softened', 'purged'.
local function standing(purges, marks, since)
  if since >= purges.newest then
    return 'good'
  end
  if since < purges.hard then
    return 'purged'
  end
  local softened = since < purges.soft
  for at = 1, #marks, 16 do
    local mark = string.sub(marks, at, at + 15)
    if tonumber(redis.call('ZSCORE', HARD, mark) or '0') > since then
      return 'purged'
    end
    softened = softened or tonumber(redis.call('ZSCORE', SOFT, mark) or '0') > since
  end
  return softened and 'softened' or 'good'
end

-- The same of an entry; of those of another life nothing is known.
local function standing_of(entry, epoch, purges)
  if entry[EPOCH] ~= epoch then
    return 'purged'
  end
  local found = standing(purges, entry[MARKS], entry[NUMBER])
  return found == 'good' and entry[STALE] ~= 0 and 'softened' or found
end

-- The lease, if somebody of this life holds it.
local function lease(epoch)
  if not LEASE then
    return nil
  end
  if not is(LEASE, 'hash') then
    redis.call('DEL', LEASE)
    return nil
  end
  local held = redis.call('HMGET', LEASE, 'epoch', 'token', 'node', 'instance', 'address', 'number')
  local token, number = tonumber(held[2] or ''), tonumber(held[6] or '')
  if held[1] ~= epoch or not token or not number or not (held[3] and held[4] and held[5]) then
    return nil
  end
  return {token = token, node = held[3], instance = held[4], address = held[5], number = number}
end

-- The entries of an index: nil where there is none, and a word for what is wrong with it.
local function index(key)
  local found = redis.call('TYPE', key).ok
  if found == 'none' then
    return nil
  end
  if found ~= 'hash' then
    return nil, 'wrong-type'
  end
  local raw = redis.call('HGET', key, 'index')
  if not raw or string.sub(raw, 1, 40) ~= redis.sha1hex(string.sub(raw, 41)) then
    return nil, 'garbage'
  end
  local sound, entries = pcall(cmsgpack.unpack, string.sub(raw, 41))
  if not sound or type(entries) ~= 'table' then
    return nil, 'garbage'
  end
  for _, entry in ipairs(entries) do
    if type(entry) ~= 'table' then
      return nil, 'garbage'
    end
    for field = KEY, STATUS do
      if type(entry[field]) ~= (field <= VARIANT and 'string' or 'number') then
        return nil, 'garbage'
      end
    end
    if entry[EPOCH] and (type(entry[NUMBER]) ~= 'number' or type(entry[MARKS]) ~= 'string'
        or type(entry[TOKEN] or 0) ~= 'number') then
      return nil, 'garbage'
    end
  end
  return entries
end

local function save(entries)
  local raw = cmsgpack.pack(entries)
  redis.call('HSET', URL, 'index', redis.sha1hex(raw) .. raw)
end

-- Which variant is selected by these names: each adds what the caller made of the field, or its bare name.
local function variant(names, fields)
  local parts = {}
  for name in string.gmatch(names, '[^,]+') do
    parts[#parts + 1] = fields[name] or (name .. '\n')
  end
  return redis.sha1hex(table.concat(parts))
end

local function fields_from(first)
  local fields = {}
  for i = first, #ARGV, 2 do
    fields[ARGV[i]] = ARGV[i + 1]
  end
  return fields
end

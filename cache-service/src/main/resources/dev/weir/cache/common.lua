-- Set before every script. What is not ours (wrong type, wrong checksum) is deleted, never used.
--   SEQUENCE  hash: epoch (a 64-bit number, as text) and number of the newest purge
--   LOG       list: the latest purges, "number digest soft url", oldest first, without gaps
--   LAST      hash: digest of a URL -> number of its latest purge within LOG
--   URL       hash: all responses of one URL, of all zones; "index" lists them, "v<order>" holds one.
-- One key holds all of a URL, so that eviction can never leave a response that a purge would not find.
local SEQUENCE, LOG, LAST, URL = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- What an entry of the index holds.
local KEY, NAMES, VARIANT, STORED, EXPIRES, STALE, ORDER, STATUS = 1, 2, 3, 4, 5, 6, 7, 8

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function is(key, kind)
  local found = redis.call('TYPE', key).ok
  return found == kind or found == 'none'
end

-- Epoch and number of the newest purge; where they are missing a new life begins.
local function sequence(fresh)
  if is(SEQUENCE, 'hash') then
    local pair = redis.call('HMGET', SEQUENCE, 'epoch', 'number')
    if pair[1] and pair[2] and string.match(pair[1], '^%-?%d+$') and string.match(pair[2], '^%d+$') then
      return pair[1], tonumber(pair[2])
    end
  end
  redis.call('DEL', SEQUENCE, LOG, LAST)
  redis.call('HSET', SEQUENCE, 'epoch', fresh, 'number', '1')
  return fresh, 1
end

-- The same, after making sure that the log belongs to it; also how many purges the log holds.
local function sequence_and_log(fresh)
  local epoch, number = sequence(fresh)
  if is(LOG, 'list') and is(LAST, 'hash') then
    local length = redis.call('LLEN', LOG)
    local urls = redis.call('HLEN', LAST)
    if length < number and urls <= length and (urls > 0 or length == 0) then
      return epoch, number, length
    end
  end
  redis.call('DEL', SEQUENCE, LOG, LAST)
  epoch, number = sequence(fresh)
  return epoch, number, 0
end

-- The entries of the index: nil where there is none, and a word for what is wrong with it.
local function index()
  local found = redis.call('TYPE', URL).ok
  if found == 'none' then
    return nil
  end
  if found ~= 'hash' then
    return nil, 'wrong-type'
  end
  local raw = redis.call('HGET', URL, 'index')
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

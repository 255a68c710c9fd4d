#include "admission/redis/scripts.h"

namespace trilogue::admission::redis {

// A meter is three names from KEYS (requests, tokens, places) and three limits from ARGV (at once, requests,
// tokens; -1: none). What is not limited is not counted.
const std::string_view kMinutes = R"lua(
local MINUTE = 60000
local now = clock()

local function entry(list, index)
  local at, total = string.match(redis.call('LINDEX', list, index), '^(%d+):(%d+)$')
  return tonumber(at), tonumber(total)
end

-- Something that happened in a millisecond counts until that millisecond is a whole minute past.
local function past(list, index)
  return entry(list, index) + MINUTE < now
end

-- The last minute as it stands now, what is past forgotten. A clock that was set back by more than a minute
-- makes a fresh start.
local function minute(list)
  local size = redis.call('LLEN', list)
  if size > 0 then
    local at, total = entry(list, -1)
    if at + MINUTE >= now and at <= now + MINUTE then
      if past(list, 1) then
        local gone, held = 1, size - 1
        while held - gone > 1 do
          local middle = math.floor((gone + held) / 2)
          if past(list, middle) then gone = middle else held = middle end
        end
        redis.call('LTRIM', list, gone, -1)
        size = size - gone
      end
      local _, before = entry(list, 0)
      return {list = list, size = size, at = at, total = total, sum = total - before}
    end
    redis.call('DEL', list)
  end
  return {list = list, size = 0, at = 0, total = 0, sum = 0}
end

local function add(minute, at, amount)
  if amount <= 0 then return end
  if minute.size == 0 then
    redis.call('RPUSH', minute.list, '0:0')
    minute.size = 1
  end
  minute.total = minute.total + amount
  minute.sum = minute.sum + amount
  local same = at <= minute.at
  if not same then minute.at = at end
  local text = string.format('%.0f:%.0f', minute.at, minute.total)
  if same then
    redis.call('LSET', minute.list, -1, text)
  else
    redis.call('RPUSH', minute.list, text)
    minute.size = minute.size + 1
  end
  redis.call('PEXPIRE', minute.list, 2 * MINUTE)
end

-- Milliseconds until the sum is at most `most`, if nothing is added.
local function wait_for(minute, most)
  if minute.sum <= most then return 0 end
  local too_little, enough = 0, minute.size - 1
  if most > 0 then
    local needed = minute.total - most
    while enough - too_little > 1 do
      local middle = math.floor((too_little + enough) / 2)
      local _, total = entry(minute.list, middle)
      if total >= needed then enough = middle else too_little = middle end
    end
  end
  local at = entry(minute.list, enough)
  return at + MINUTE + 1 - now
end

local function meter(key, argument)
  local m = {places = KEYS[key + 2], at_once = tonumber(ARGV[argument]),
             rpm = tonumber(ARGV[argument + 1]), tpm = tonumber(ARGV[argument + 2])}
  if m.rpm >= 0 then m.requests = minute(KEYS[key]) end
  if m.tpm >= 0 then m.tokens = minute(KEYS[key + 1]) end
  return m
end

local function use_of(answer, minute)
  answer[#answer + 1] = minute and minute.sum or 0
  answer[#answer + 1] = minute and minute.size > 0 and minute.at + MINUTE + 1 - now or 0
end

-- The verdict, and what the meters say after it.
local function answer(verdict, limit, wait, meters)
  local said = {verdict, limit, wait}
  for _, m in ipairs(meters) do
    use_of(said, m.requests)
    use_of(said, m.tokens)
  end
  return said
end

local function lease_is_gone(lease)
  return redis.call('EXISTS', 'trilogue:lease:' .. lease) == 0
end
)lua";

// KEYS: the meters of the key and the account. ARGV: the lease, then their limits.
const std::string_view kBegin = R"lua(
if lease_is_gone(ARGV[1]) then return {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0} end

-- What a server holds that no longer renews its lease is free.
local function running(places)
  local held = redis.call('HGETALL', places)
  local count = 0
  for i = 1, #held, 2 do
    if lease_is_gone(held[i]) then
      redis.call('HDEL', places, held[i])
    else
      count = count + tonumber(held[i + 1])
    end
  end
  return count
end

local meters = {meter(1, 2), meter(4, 5)}
for _, m in ipairs(meters) do
  if m.at_once >= 0 and running(m.places) >= m.at_once then return answer(2, m.at_once, 1000, meters) end
  if m.requests and m.requests.sum >= m.rpm then
    return answer(3, m.rpm, wait_for(m.requests, m.rpm - 1), meters)
  end
end
for _, m in ipairs(meters) do
  if m.at_once >= 0 then
    redis.call('HINCRBY', m.places, ARGV[1], 1)
    redis.call('EXPIRE', m.places, 3000000)  -- longer than any request may run; for keys that nobody uses again
  end
  if m.requests then add(m.requests, now, 1) end
end
return answer(0, 0, 0, meters)
)lua";

// KEYS: the meters. ARGV: the lease, the limits, the tokens.
const std::string_view kCharge = R"lua(
if lease_is_gone(ARGV[1]) then return {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0} end
local tokens = tonumber(ARGV[8])
local meters = {meter(1, 2), meter(4, 5)}
for _, m in ipairs(meters) do
  if m.tokens and tokens > m.tpm then return answer(5, m.tpm, MINUTE, meters) end
  if m.tokens and m.tokens.sum + tokens > m.tpm then
    return answer(4, m.tpm, wait_for(m.tokens, m.tpm - tokens), meters)
  end
end
for _, m in ipairs(meters) do
  if m.tokens then add(m.tokens, now, tokens) end
end
return answer(0, 0, 0, meters)
)lua";

// KEYS: where the last note's number is kept, then for each part of the note its meters. ARGV: the number,
// then for each part the limits, the tokens and their age. A note that was counted only shows how things are.
const std::string_view kNote = R"lua(
local known = tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1])
if not known then redis.call('SET', KEYS[1], ARGV[1], 'PX', 10 * MINUTE) end
local said = {}
for part = 0, (#KEYS - 1) / 6 - 1 do
  local key, argument = 2 + 6 * part, 2 + 8 * part
  local tokens, age = tonumber(ARGV[argument + 6]), tonumber(ARGV[argument + 7])
  for _, m in ipairs({meter(key, argument), meter(key + 3, argument + 3)}) do
    if m.tokens and not known and age <= MINUTE then add(m.tokens, now - age, tokens) end
    use_of(said, m.requests)
    use_of(said, m.tokens)
  end
end
return said
)lua";

// KEYS: places. ARGV: the lease.
const std::string_view kEnd = R"lua(
for _, places in ipairs(KEYS) do
  if redis.call('HEXISTS', places, ARGV[1]) == 1 and redis.call('HINCRBY', places, ARGV[1], -1) <= 0 then
    redis.call('HDEL', places, ARGV[1])
  end
end
return 0
)lua";

// KEYS: places. ARGV: the lease, an older one or nothing, how long it holds, then how many of the places.
const std::string_view kEnter = R"lua(
redis.call('SET', 'trilogue:lease:' .. ARGV[1], '1', 'PX', ARGV[3])
if ARGV[2] ~= '' then redis.call('DEL', 'trilogue:lease:' .. ARGV[2]) end
for i, places in ipairs(KEYS) do
  redis.call('HSET', places, ARGV[1], ARGV[3 + i])
  redis.call('EXPIRE', places, 3000000)
end
return 0
)lua";

}  // namespace trilogue::admission::redis

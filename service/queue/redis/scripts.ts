/**
 * The Redis side of the queue: each change of a run is one script, so that it is atomic, and refused unless the caller
 * holds the run. All keys share one hash slot.
 *
 * Keys below the prefix (`KEYS[1]`):
 * - `run:UUID` hash: `state` (`waiting`, `claimed`, `running`, `ended`), `record` (JSON), `endState`,
 *   `payload` (JSON: text, arguments, limits), `name`, `most` (runs of that name at a time), `score`, `token`, `kill`
 * - `ready` by priority and age, `later` by due time, `held:NAME` runs held back by others of their name
 * - `taken:NAME` claimed runs of a name with a limit, `leases` claimed runs, by the end of their claim
 * - `index` all runs by acceptance, `ended` by their end, `expiry` by their removal
 * - `result:UUID`, `log:UUID`, `counts` hash, `alive` time of the last call of any node
 * - `mark:NAME` see `SharedKeys`, `sharedKeys` set of those without a time to live
 * - channel `events`: `work`, `kill UUID`, `log UUID`, `state RECORD`
 */

/** Functions for several scripts. Time is the server's: clocks of nodes differ. */
const COMMON = `
local P = KEYS[1]
local function key(name) return P .. name end
local function run(uuid) return P .. 'run:' .. uuid end
local function nowMs() local t = redis.call('TIME'); return t[1] * 1000 + math.floor(t[2] / 1000) end
local function publish(message) redis.call('PUBLISH', P .. 'events', message) end
local function nameOf(uuid) return redis.call('HGET', run(uuid), 'name') or '' end

local function place(uuid, due, now)
  redis.call('HSET', run(uuid), 'state', 'waiting')
  if due > now then redis.call('ZADD', key('later'), due, uuid)
  else redis.call('ZADD', key('ready'), redis.call('HGET', run(uuid), 'score'), uuid) end
  publish('work')
end

-- A run that it holds back may go on.
local function letGo(uuid)
  redis.call('ZREM', key('leases'), uuid)
  local name = nameOf(uuid)
  if name == '' or redis.call('SREM', key('taken:' .. name), uuid) == 0 then return end
  local next = redis.call('ZPOPMIN', key('held:' .. name))
  if next[1] then redis.call('ZADD', key('ready'), next[2], next[1]); publish('work') end
end

local function finish(uuid, record, state, now, expiresAt)
  redis.call('HSET', run(uuid), 'state', 'ended')
  redis.call('HDEL', run(uuid), 'kill')
  -- To be run again by hand.
  if state ~= 'failed' and state ~= 'interrupted' then redis.call('HDEL', run(uuid), 'payload') end
  redis.call('HINCRBY', key('counts'), state, 1)
  redis.call('HSET', run(uuid), 'endState', state)
  redis.call('ZADD', key('ended'), now, uuid)
  if expiresAt > 0 then redis.call('ZADD', key('expiry'), expiresAt, uuid) end
  publish('state ' .. record)
end

local function holds(uuid, token)
  local held = redis.call('HMGET', run(uuid), 'token', 'state')
  return held[1] == token and (held[2] == 'claimed' or held[2] == 'running')
end

-- When nobody has spoken for long the server was away, so the claims get their time again: their holders could not renew them.
local function speak(now, lease, silence)
  local last = tonumber(redis.call('GET', key('alive')) or now)
  redis.call('SET', key('alive'), now)
  if now - last <= silence then return end
  for _, uuid in ipairs(redis.call('ZRANGE', key('leases'), 0, -1)) do redis.call('ZADD', key('leases'), now + lease, uuid) end
end

local function remove(uuid)
  local state = redis.call('HGET', run(uuid), 'endState')
  if state then redis.call('HINCRBY', key('counts'), state, -1) end
  redis.call('DEL', run(uuid), key('result:' .. uuid), key('log:' .. uuid))
  redis.call('ZREM', key('index'), uuid)
  redis.call('ZREM', key('ended'), uuid)
  redis.call('ZREM', key('expiry'), uuid)
end
`;

/** uuid, record, payload, name, most, score, due, acceptedAt → 1 when it is new. */
const submit = `
local uuid, now = ARGV[1], nowMs()
if redis.call('EXISTS', run(uuid)) == 1 then return 0 end
redis.call('HSET', run(uuid), 'record', ARGV[2], 'payload', ARGV[3], 'name', ARGV[4], 'most', ARGV[5], 'score', ARGV[6], 'token', 0)
redis.call('ZADD', key('index'), ARGV[8], uuid)
place(uuid, tonumber(ARGV[7]), now)
publish('state ' .. ARGV[2])
return 1`;

/** lease ms, uuid or '' → { uuid, token, record, payload } or { '', ms until the next attempt may succeed, or -1 }. */
const claim = `
local lease, wanted, now = tonumber(ARGV[1]), ARGV[2], nowMs()
for _, uuid in ipairs(redis.call('ZRANGEBYSCORE', key('later'), '-inf', now, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', key('later'), uuid)
  redis.call('ZADD', key('ready'), redis.call('HGET', run(uuid), 'score'), uuid)
end

local function give(uuid)
  local of = redis.call('HMGET', run(uuid), 'name', 'most', 'score', 'record', 'payload')
  local name, most = of[1] or '', tonumber(of[2] or 0)
  if most > 0 and name ~= '' then
    if redis.call('SCARD', key('taken:' .. name)) >= most then
      redis.call('ZADD', key('held:' .. name), of[3], uuid)
      return nil
    end
    redis.call('SADD', key('taken:' .. name), uuid)
  end
  local token = redis.call('HINCRBY', run(uuid), 'token', 1)
  redis.call('HSET', run(uuid), 'state', 'claimed')
  redis.call('ZADD', key('leases'), now + lease, uuid)
  return { uuid, tostring(token), of[4], of[5] }
end

if wanted ~= '' then
  if redis.call('ZREM', key('ready'), wanted) == 1 then
    local given = give(wanted)
    if given then return given end
  end
  return { '', '-1' }
end
while true do
  local top = redis.call('ZPOPMIN', key('ready'))
  if not top[1] then break end
  local given = give(top[1])
  if given then return given end
end
local first = redis.call('ZRANGE', key('later'), 0, 0, 'WITHSCORES')[2]
return { '', tostring(first and math.max(0, math.ceil(first - now)) or -1) }`;

/**
 * lease ms, longest silence ms → flat list of uuid, token, record, payload, kill of runs whose holder died while they
 * ran: the caller holds them now, to end or requeue them. Claimed runs that had not been started are requeued.
 */
const reap = `
local lease, now = tonumber(ARGV[1]), nowMs()
speak(now, lease, tonumber(ARGV[2]))
local taken = {}
for _, uuid in ipairs(redis.call('ZRANGEBYSCORE', key('leases'), '-inf', now, 'LIMIT', 0, 100)) do
  local token = redis.call('HINCRBY', run(uuid), 'token', 1)
  redis.call('HINCRBY', key('counts'), 'redeliveries', 1)
  if redis.call('HGET', run(uuid), 'state') == 'running' then
    redis.call('ZADD', key('leases'), now + lease, uuid)
    local of = redis.call('HMGET', run(uuid), 'record', 'payload', 'kill')
    for _, value in ipairs({ uuid, tostring(token), of[1], of[2], of[3] or '' }) do table.insert(taken, value) end
  else
    letGo(uuid)
    place(uuid, 0, now)
  end
end
return taken`;

/** lease ms, longest silence ms, then uuid and token in turn → for each 0 lost, 1 renewed, 2 renewed and to be killed. */
const renew = `
local now, answers = nowMs(), {}
speak(now, tonumber(ARGV[1]), tonumber(ARGV[2]))
for i = 3, #ARGV, 2 do
  local uuid = ARGV[i]
  if holds(uuid, ARGV[i + 1]) then
    redis.call('ZADD', key('leases'), now + ARGV[1], uuid)
    table.insert(answers, redis.call('HEXISTS', run(uuid), 'kill') == 1 and 2 or 1)
  else table.insert(answers, 0) end
end
return answers`;

/** uuid, token, record → 1, or 0 when the claim is lost. */
const started = `
if not holds(ARGV[1], ARGV[2]) then return 0 end
redis.call('HSET', run(ARGV[1]), 'state', 'running', 'record', ARGV[3])
publish('state ' .. ARGV[3])
return 1`;

/** uuid, token, record, result, state, expiresAt or 0 → 1, or 0 when the claim is lost. */
const complete = `
local uuid = ARGV[1]
if not holds(uuid, ARGV[2]) then
  -- The answer to an earlier try may have been lost.
  local was = redis.call('HMGET', run(uuid), 'token', 'state')
  return was[1] == ARGV[2] and was[2] == 'ended' and 1 or 0
end
letGo(uuid)
redis.call('SET', key('result:' .. uuid), ARGV[4])
redis.call('HSET', run(uuid), 'record', ARGV[3])
finish(uuid, ARGV[3], ARGV[5], nowMs(), tonumber(ARGV[6]))
return 1`;

/** uuid, token, record, ms from now → 1, or 0 when the claim is lost. */
const putBack = `
local uuid, now = ARGV[1], nowMs()
if not holds(uuid, ARGV[2]) then return 0 end
redis.call('HINCRBY', run(uuid), 'token', 1)
redis.call('HSET', run(uuid), 'record', ARGV[3])
letGo(uuid)
place(uuid, now + ARGV[4], now)
publish('state ' .. ARGV[3])
return 1`;

/** uuid, its record as a killed one, expiresAt or 0 → waiting, running, ended or unknown: the state before. */
const cancel = `
local uuid = ARGV[1]
local state = redis.call('HGET', run(uuid), 'state')
if not state then return 'unknown' end
if state == 'waiting' then
  redis.call('ZREM', key('ready'), uuid)
  redis.call('ZREM', key('later'), uuid)
  redis.call('ZREM', key('held:' .. nameOf(uuid)), uuid)
  redis.call('HSET', run(uuid), 'record', ARGV[2])
  redis.call('SET', key('result:' .. uuid), 'null')
  finish(uuid, ARGV[2], 'killed', nowMs(), tonumber(ARGV[3]))
  return 'waiting'
end
if state == 'ended' then return 'ended' end
redis.call('HSET', run(uuid), 'kill', 1)
publish('kill ' .. uuid)
return 'running'`;

/** uuid, record → 1, or 0 when there is no such ended run. */
const update = `
if redis.call('HGET', run(ARGV[1]), 'state') ~= 'ended' then return 0 end
redis.call('HSET', run(ARGV[1]), 'record', ARGV[2])
publish('state ' .. ARGV[2])
return 1`;

/** uuid → 1, or 0 when there is no such ended run. */
const forget = `
if redis.call('HGET', run(ARGV[1]), 'state') ~= 'ended' then return 0 end
remove(ARGV[1])
return 1`;

/** most ended runs or 0, most removed at a time → number of removed runs. */
const clean = `
local most, atOnce, removed = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
for _, uuid in ipairs(redis.call('ZRANGEBYSCORE', key('expiry'), '-inf', nowMs(), 'LIMIT', 0, atOnce)) do
  remove(uuid)
  removed = removed + 1
end
local over = most > 0 and redis.call('ZCARD', key('ended')) - most or 0
if over > 0 then
  for _, uuid in ipairs(redis.call('ZRANGE', key('ended'), 0, math.min(over, atOnce) - 1)) do
    remove(uuid)
    removed = removed + 1
  end
end
return removed`;

/** uuid, text, most bytes, ttl ms or 0, replacement for text beyond the limit → bytes of the log. */
const appendLog = `
local log = key('log:' .. ARGV[1])
local size, most = redis.call('STRLEN', log), tonumber(ARGV[3])
if size >= most or redis.call('EXISTS', run(ARGV[1])) == 0 then return size end
size = redis.call('APPEND', log, ARGV[2])
if size >= most then size = redis.call('APPEND', log, ARGV[5]) end
if tonumber(ARGV[4]) > 0 then redis.call('PEXPIRE', log, ARGV[4]) end
publish('log ' .. ARGV[1])
return size`;

/** → flat list: waiting, running, oldest (ms), and the fields of `counts`. */
const counts = `
local flat, now = redis.call('HGETALL', key('counts')), nowMs()
local running = redis.call('ZCARD', key('leases'))
local total, ended = redis.call('ZCARD', key('index')), redis.call('ZCARD', key('ended'))
local oldest = 0
for _, uuid in ipairs(redis.call('ZRANGE', key('ready'), 0, 99)) do
  oldest = math.max(oldest, now - (tonumber(redis.call('ZSCORE', key('index'), uuid) or now)))
end
for _, value in ipairs({ 'waiting', tostring(total - ended - running), 'running', tostring(running), 'oldest', tostring(oldest) }) do
  table.insert(flat, value)
end
return flat`;

/**
 * name, text, ttl ms or 0, then for a conditional write: '0' or '1' and the present text → 1, or 0 when the condition
 * fails.
 */
const putMark = `
local mark, keptMs = key('mark:' .. ARGV[1]), tonumber(ARGV[3])
if ARGV[4] and (redis.call('GET', mark) or nil) ~= (ARGV[4] == '1' and ARGV[5] or nil) then return 0 end
if keptMs > 0 then redis.call('SET', mark, ARGV[2], 'PX', keptMs)
else
  redis.call('SET', mark, ARGV[2])
  redis.call('SADD', key('marks'), ARGV[1])
end
return 1`;

/** name → 1 */
const removeMark = `
redis.call('DEL', key('mark:' .. ARGV[1]))
redis.call('SREM', key('marks'), ARGV[1])
return 1`;

const bodies = {
  putMark,
  removeMark,
  counts,
  submit,
  claim,
  reap,
  renew,
  started,
  complete,
  putBack,
  cancel,
  update,
  forget,
  clean,
  appendLog,
};

export type ScriptName = keyof typeof bodies;

/** Lua source of each script, by name; one key, the prefix. */
export const scripts: Record<ScriptName, string> = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [name, `${COMMON}\n${body}`]),
) as Record<ScriptName, string>;

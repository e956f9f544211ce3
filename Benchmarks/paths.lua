-- wrk: what is asked, and the figures of a run as one line of JSON.
-- Arguments: one PATH | many COUNT [NAME:VALUE] | new PREFIX. `many` walks recorded paths in an order that no cache foresees; `new`
-- never asks for the same path twice.

local counter = 0

function init(args)
  local kind = args[1]
  if kind == "many" then
    local count, at, all = tonumber(args[2]), 0, {}
    if args[3] then
      local name, value = args[3]:match("^(.-):(.*)$")
      wrk.headers[name] = value
    end
    for i = 0, count - 1 do
      all[i] = wrk.format("GET", string.format("/v1/items/%06d", i))
    end
    -- A prime that divides no power of ten: every path comes once before one comes twice.
    local step = 7919 % count
    request = function()
      at = (at + step) % count
      return all[at]
    end
  elseif kind == "new" then
    local parts = wrk.format("GET", args[2] .. "@@")
    local front, back = parts:match("^(.-)@@(.*)$")
    request = function()
      counter = counter + 1
      return front .. counter .. back
    end
  else
    wrk.path = args[2]
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "worst": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end

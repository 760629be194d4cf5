-- wrk: sends the requests of a file, one after the other, and again from its beginning.
-- A line is a path and, after a blank, the cookie of who asks.

local requests, last = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, cookie = line:match("^(%S+) ?(.*)$")
    wrk.headers["Cookie"] = cookie ~= "" and cookie or nil
    table.insert(requests, wrk.format("GET", path))
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "bytes": %d, "middle": %.6f, "late": %.6f, ' ..
    '"refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e6,
    latency:percentile(99) / 1e6, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout))
end

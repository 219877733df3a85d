-- One signed body again and again, each time as a new delivery: the signature does not cover the delivery's id.
-- Arguments: file of the body, signature, what the ids begin with.

local before, after, tag, sent

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  local body = file:read("*a")
  file:close()
  before = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. "\r\nContent-Type: application/json\r\n"
    .. "User-Agent: GitHub-Hookshot/bench\r\nX-GitHub-Event: pull_request\r\nX-Hub-Signature-256: " .. arguments[2]
    .. "\r\nContent-Length: " .. #body .. "\r\nX-GitHub-Delivery: "
  after = "\r\n\r\n" .. body
  tag, sent = arguments[3], 0
end

function request()
  sent = sent + 1
  return before .. tag .. "-" .. sent .. after
end

function done(summary, latency)
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.errors.status, broken,
    summary.duration, latency:percentile(50), latency:percentile(99)))
end

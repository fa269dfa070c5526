exit without shutdown: code 1.

--- send
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- expect
{"id": 1, "result": "$any"}
--- send
{"method": "exit"}
--- exit 1

The same when nothing was said before.
--- send b
{"method": "exit"}
--- exit 1 b

A message may nest 64 levels deep, and no deeper.

--- body
{"jsonrpc": "2.0", "id": 1, "method": "x", "params": ${repeat [ 100000}
--- expect
{"id": null, "error": {"code": -32700}}
--- body
{"jsonrpc": "2.0", "id": 2, "method": "x", "params": [${repeat [ 80}${repeat ] 80}]}
--- expect
{"id": null, "error": {"code": -32700, "message": "$match deep"}}
--- body
{"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {"capabilities": {}, "more": ${repeat [ 50}${repeat ] 50}}}
--- expect
{"id": 3, "result": "$any"}

What cannot be read is answered without an id, and the stream goes on.

--- body
{"jsonrpc": "2.0", "id": 1, "method":
--- expect
{"id": null, "error": {"code": -32700}}
--- body
[]
--- expect
{"id": null, "error": {"code": -32600}}
--- body
{"jsonrpc": "2.0", "id": 7}
--- expect
{"id": 7, "error": {"code": -32600}}
--- body
{"jsonrpc": "2.0", "id": {"no": "id"}, "method": "shutdown"}
--- expect
{"id": null, "error": {"code": -32600}}
--- send
{"id": 8, "method": "initialize", "params": 5}
--- expect
{"id": 8, "error": {"code": -32600}}
--- send
{"id": 9, "method": "initialize", "params": {"capabilities": {}}}
--- expect
{"id": 9, "result": "$any"}

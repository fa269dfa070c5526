An unknown request is answered, an unknown notification is not.

--- send
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- send
{"id": "two", "method": "textDocument/hover", "params": {}}
--- expect
{"id": "two", "error": {"code": -32601, "message": "unknown method: textDocument/hover"}}
--- send
{"method": "nobody/knows", "params": {}}
--- send
{"method": "$/progress", "params": {}}
--- expect
{"id": 1, "result": "$any"}
--- never
{"error": "$any"}

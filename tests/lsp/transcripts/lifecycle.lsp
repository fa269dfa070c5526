initialize comes first and once; shutdown, then exit: code 0.

--- send
{"id": 1, "method": "collab/sessions"}
--- expect
{"id": 1, "error": {"code": -32002, "message": "initialize comes first"}}
--- send
{"method": "textDocument/didOpen", "params": {}}
--- send
{"id": 2, "method": "initialize", "params": {"capabilities": {}}}
--- expect
{"id": 2, "result": {"serverInfo": {"name": "tutti"}}}
--- send
{"id": 3, "method": "initialize", "params": {"capabilities": {}}}
--- expect
{"id": 3, "error": {"code": -32600, "message": "initialize comes once"}}
--- send
{"method": "initialized", "params": {}}
--- send
{"id": 4, "method": "shutdown"}
--- expect
{"id": 4, "result": null}
--- send
{"id": 5, "method": "shutdown"}
--- expect
{"id": 5, "error": {"code": -32600}}
--- send
{"method": "exit"}
--- exit 0

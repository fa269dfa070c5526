The editor is gone without a word: code 1; after shutdown it is a good end.

--- send
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- expect
{"id": 1, "result": "$any"}
--- end
--- exit 1
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- send b
{"id": 2, "method": "shutdown"}
--- expect b
{"id": 2, "result": null}
--- end b
--- exit 0 b

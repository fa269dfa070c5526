workspace/executeCommand knows the commands that it announced, and says so of others.

--- send
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- send
{"id": 2, "method": "workspace/executeCommand", "params": {"command": "tutti.conduct"}}
--- expect
{"id": 2, "error": {"code": -32602, "message": "there is no command tutti.conduct", "data": {"code": "not_found"}}}
--- send
{"id": 3, "method": "workspace/executeCommand", "params": {"command": "share"}}
--- expect
{"id": 3, "error": {"code": -32602, "message": "there is no command share"}}
--- send
{"id": 4, "method": "workspace/executeCommand", "params": {}}
--- expect
{"id": 4, "error": {"code": -32602}}
--- send
{"id": 5, "method": "workspace/executeCommand", "params": {"command": "tutti.leave"}}
--- expect
{"id": 5, "error": {"message": "this folder is in no session"}}
--- send
{"id": 6, "method": "workspace/executeCommand", "params": {"command": "tutti.share"}}
--- expect
{"id": 6, "error": {"message": "no folder is open that could be shared"}}
--- send
{"id": 7, "method": "workspace/executeCommand", "params": {"command": "tutti.join", "arguments": [{}]}}
--- expect
{"id": 7, "error": {"code": -32602}}

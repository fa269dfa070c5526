A request that is given up is answered so at once, and not again. Giving up what is answered or was never asked harms nobody.

needs: hub

--- send
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- send
{"method": "$/cancelRequest", "params": {"id": 1}}
--- send
{"method": "$/cancelRequest", "params": {"id": "nobody"}}
--- send
{"method": "$/cancelRequest", "params": null}
--- raw
Content-Length: 56\r\n\r\n{"jsonrpc": "2.0", "id": 2, "method": "collab/sessions"}Content-Length: 68\r\n\r\n{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 2}}
--- expect
{"id": 2, "error": {"code": -32800}}
--- send
{"id": 3, "method": "workspace/executeCommand", "params": {"command": "tutti.leave"}}
--- expect
{"id": 3, "error": {"message": "this folder is in no session"}}
--- never
{"id": 2}

collab/edit alone reports changes once the plugin is there (change: 0); a client without it, or of another version, is served
as any other.

--- send plain
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- expect plain
{"id": 1, "result": {"capabilities": {"textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": true}}, "experimental": "$absent", "executeCommandProvider": {"commands": ["$has", "tutti.share", "tutti.join", "tutti.leave", "tutti.sessions", "tutti.follow"]}}}}
--- send plugin
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- expect plugin
{"id": 1, "result": {"capabilities": {"textDocumentSync": {"openClose": true, "change": 0, "save": true}, "experimental": {"collab": {"version": 1, "edit": true}}}}}
--- send younger
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 2, "edit": true, "positionEncoding": "utf-32"}}}}}
--- expect younger
{"id": 1, "result": {"capabilities": {"textDocumentSync": {"change": 2}, "experimental": "$absent"}}}
--- send without-edit
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": false, "positionEncoding": "utf-32"}}}}}
--- expect without-edit
{"id": 1, "result": {"capabilities": {"textDocumentSync": {"change": 2}, "experimental": "$absent"}}}

collab/status says how things stand with the hub, the session and every open document.

needs: hub

--- file a/text.txt
one
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- expect
{"method": "collab/status", "params": {"connection": "offline", "session": "$absent", "pending": 0, "documents": [], "message": "$absent"}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send
{"id": 2, "method": "collab/share", "params": {"hub": "${hub}"}}
--- expect
{"id": 2, "result": {"sessionId": "$keep session"}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "session": {"id": "${session}", "name": "a", "role": "owner"}, "pending": 0, "documents": [{"uri": "file://${home}/a/text.txt", "state": "synced", "pending": 0}]}}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": []}}
--- send
{"id": 3, "method": "collab/sessions"}
--- expect
{"id": 3, "result": {"sessions": [{"id": "${session}", "name": "a", "role": "owner", "folder": "${home}/a"}]}}
--- send
{"id": 4, "method": "collab/leave"}
--- expect
{"id": 4, "result": {}}
--- expect
{"method": "collab/status", "params": {"connection": "offline", "session": "$absent", "documents": []}}

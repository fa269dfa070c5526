A caret that was told before the file had joined is shown to others all the same, and goes when the file is closed.

needs: hub

--- file a/text.txt
one
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"id": 2, "method": "collab/share", "params": {"hub": "${hub}", "name": "Ann"}}
--- expect
{"id": 2, "result": {"sessionId": "$keep session", "link": "$keep link"}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0}}
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b", "name": "Ben"}}
--- expect b
{"id": 2, "result": {"folder": "${home}/b"}}
--- disk b/text.txt
one
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- expect b
{"method": "collab/status", "params": {"documents": [{"state": "synced"}]}}
--- file a/new.txt
three
--- disk b/new.txt
three
--- kill b

Ben's next server knows the file before it has reached the hub.
--- send c
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/b", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send c
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/new.txt", "languageId": "text", "version": 0, "text": "three\n"}}}
--- send c
{"method": "collab/cursor", "params": {"textDocument": {"uri": "file://${home}/b/new.txt"}, "selections": [{"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 4}}]}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/new.txt", "languageId": "text", "version": 0, "text": "three\n"}}}
--- expect
{"method": "collab/cursors", "params": {"textDocument": {"uri": "file://${home}/a/new.txt"}, "cursors": [{"name": "Ben", "selections": [{"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 4}}]}]}}
--- expect
{"method": "collab/presence", "params": {"participants": [{"name": "Ben", "file": "new.txt", "status": "online"}]}}
--- send c
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/b/new.txt"}}}
--- expect
{"method": "collab/cursors", "params": {"textDocument": {"uri": "file://${home}/a/new.txt"}, "cursors": []}}
--- expect
{"method": "collab/presence", "params": {"participants": [{"name": "Ben", "file": "$absent"}]}}

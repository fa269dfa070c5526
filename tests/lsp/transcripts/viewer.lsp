Who may only look: the edit is taken back with a word, and nobody else sees it.

needs: hub

--- file a/text.txt
one
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send
{"id": 2, "method": "collab/share", "params": {"hub": "${hub}", "role": "viewer"}}
--- expect
{"id": 2, "result": {"link": "$keep link"}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b"}}
--- expect b
{"id": 2, "result": {"folder": "${home}/b"}}
--- disk b/text.txt
one
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- expect b
{"method": "collab/status", "params": {"session": {"role": "viewer"}, "documents": [{"state": "synced"}]}}
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 2}}, "newText": "mine"}]}}
--- expect b
{"method": "window/showMessage", "params": {"type": 2, "message": "$match This change was not made, and is taken back: "}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 5}}, "newText": "n"}]}}
--- send b
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "seen": 1}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "!"}]}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 2, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "!"}]}}
--- never
{"method": "collab/edit"}

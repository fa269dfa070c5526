The server dies under an open editor, which goes on typing and starts another: what it typed is told from what others did.

needs: hub

--- file a/text.txt
one
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send
{"id": 2, "method": "collab/share", "params": {"hub": "${hub}", "name": "Ann"}}
--- expect
{"id": 2, "result": {"sessionId": "$keep session", "link": "$keep link"}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": " unsaved"}]}}
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b"}}
--- expect b
{"id": 2, "result": {"folder": "${home}/b"}}
--- disk b/text.txt
one unsaved
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one unsaved\n"}}}
--- expect b
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}

What a restart needs is written down once a second.
--- disk a/.tutti/shadow/*
one unsaved
--- kill
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "theirs "}]}}
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "one unsaved typed\n"}}}
--- expect
{"method": "collab/edit", "params": {"epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "theirs "}]}}
--- expect b
{"method": "collab/edit", "params": {"revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 18}, "end": {"line": 0, "character": 18}}, "newText": " typed"}]}}

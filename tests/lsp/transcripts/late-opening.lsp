An editor reads a file, others' edits come to that disk, and then only does the editor say what it read: nothing of them is taken out.

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
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b"}}
--- expect b
{"id": 2, "result": {"folder": "${home}/b"}}
--- disk b/text.txt
one
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "the "}]}}
--- disk b/text.txt
the one
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 2, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "ir"}]}}
--- disk b/text.txt
their one

An editor whose process has just begun, and does not keep the folder.
--- send c
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/b", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send c
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "the one\n"}}}
--- expect c
{"method": "collab/edit", "params": {"epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "ir"}]}}

One without the plugin.
--- send d
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/b", "clientInfo": {"name": "helix", "version": "25.01"}, "capabilities": {"workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true}}}}}
--- send d
{"method": "initialized", "params": {}}
--- send d
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "the one\n"}}}
--- expect d
{"method": "workspace/applyEdit", "params": {"edit": {"documentChanges": [{"edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "ir"}]}]}}}

And the one that keeps the folder.
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "the one\n"}}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "ir"}]}}

What somebody types now comes to everybody, so the text is whole.
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 3, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 9}}, "newText": "!"}]}}
--- send b
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "seen": 1}}
--- expect b
{"method": "collab/edit", "params": {"revision": 2, "edits": [{"range": {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 9}}, "newText": "!"}]}}
--- never
{"method": "collab/edit"}

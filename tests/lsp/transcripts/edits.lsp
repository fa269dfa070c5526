What one editor writes comes to the other as an edit in its units, one at a time, until it is acknowledged.

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
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b", "name": "Ben"}}
--- expect b
{"id": 2, "result": {"sessionId": "${session}", "folder": "${home}/b"}}
--- disk b/text.txt
one
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- expect b
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "𝄞"}]}}
--- expect b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}, "newText": "𝄞"}], "cause": "$absent", "finalNewline": "$absent"}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 2, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "newText": "!"}]}}
--- never b
{"method": "collab/edit"}
--- send b
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "seen": 1}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 2, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "newText": "!"}]}}

A key that has not seen it makes it stale: it comes again, rebased.
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "é"}]}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 2, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 5}}, "newText": "!"}]}}
--- expect
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 2, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "é"}]}}

An editor without the plugin takes part through plain LSP: what others write comes as workspace/applyEdit for the version that
it was made for, what it tells with didChange is shared, a refused edit comes again, rebased.

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
--- send b
{"id": 1, "method": "initialize", "params": {"clientInfo": {"name": "helix", "version": "25.01"}, "capabilities": {"workspace": {"applyEdit": true}, "general": {"positionEncodings": ["utf-8", "utf-16"]}}}}
--- expect b
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-8", "documentFormattingProvider": "$absent"}}}
--- send b
{"id": 2, "method": "workspace/executeCommand", "params": {"command": "tutti.join", "arguments": [{"link": "${link}", "folder": "${home}/b", "name": "Ben"}]}}
--- expect b
{"id": 2, "result": {"sessionId": "${session}"}}
--- disk b/text.txt
one
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}

What Ben types.
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 1}, "contentChanges": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "é"}]}}
--- expect
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "é"}]}}
--- send
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "seen": 1}}

What Ann types, in bytes; Ben has typed meanwhile, refuses it, and gets it again.
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "newText": "!"}]}}
--- expect b
{"id": "$keep first", "method": "workspace/applyEdit", "params": {"edit": {"documentChanges": [{"textDocument": {"uri": "file://${home}/b/text.txt", "version": 1}, "edits": [{"range": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 5}}, "newText": "!"}]}]}}}
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 2}, "contentChanges": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"}]}}
--- send b
{"id": ${first}, "result": {"applied": false, "failureReason": "document has changed"}}
--- expect b
{"id": "$keep second", "method": "workspace/applyEdit", "params": {"edit": {"documentChanges": [{"textDocument": {"version": 2}, "edits": [{"range": {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 6}}, "newText": "!"}]}]}}}
--- expect
{"method": "collab/edit", "params": {"revision": 2, "seen": 1, "edits": [{"newText": "x"}]}}

It lands: the echo is nobody's typing.
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 3}, "contentChanges": [{"range": {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 6}}, "text": "!"}]}}
--- send b
{"id": ${second}, "result": {"applied": true}}
--- send b
{"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "text": "xéone!\n"}}
--- send b
{"id": 9, "method": "workspace/executeCommand", "params": {"command": "tutti.sessions"}}
--- expect b
{"id": 9}
--- never b
{"method": "workspace/applyEdit"}
--- never
{"method": "collab/edit"}

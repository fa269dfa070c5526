Without the plugin carets are inlay hints, commands are code actions, and whoever is followed is shown by the editor.

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
{"id": 2, "result": {"sessionId": "$any", "link": "$keep link"}}
--- send b
{"id": 1, "method": "initialize", "params": {"clientInfo": {"name": "helix"}, "initializationOptions": {"name": "Ben"}, "capabilities": {"workspace": {"applyEdit": true, "inlayHint": {"refreshSupport": true}}, "window": {"showDocument": {"support": true}}}}}
--- expect b
{"id": 1, "result": {"capabilities": {"inlayHintProvider": true, "codeActionProvider": true}}}
--- send b
{"id": 2, "method": "workspace/executeCommand", "params": {"command": "tutti.join", "arguments": [{"link": "${link}", "folder": "${home}/b"}]}}
--- expect b
{"id": 2, "result": {"sessionId": "$any"}}
--- disk b/text.txt
one
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 1}, "contentChanges": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"}]}}
--- expect
{"method": "collab/edit", "params": {"edits": [{"newText": "x"}]}}

Ben's caret is where he asks about a place, and where he types.
--- send
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "seen": 1}}
--- send b
{"id": 20, "method": "textDocument/documentHighlight", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "position": {"line": 0, "character": 3}}}
--- expect b
{"id": 20, "result": []}
--- expect
{"method": "collab/cursors", "params": {"cursors": [{"name": "Ben", "selections": [{"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}]}]}}
--- send
{"method": "collab/cursor", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "selections": [{"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 2}}]}}
--- expect b
{"id": "$keep refresh", "method": "workspace/inlayHint/refresh"}
--- send b
{"id": 3, "method": "textDocument/inlayHint", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}}}
--- expect b
{"id": 3, "result": [{"position": {"line": 0, "character": 2}, "label": "$match (?i)ann$"}]}
--- send b
{"id": 4, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "context": {"diagnostics": []}}}
--- expect b
{"id": 4, "result": ["$has", {"title": "Tutti: who is here", "command": "tutti.who"}, {"title": "Tutti: undo mine", "command": "tutti.undo"}, {"title": "$match (?i)follow ann", "command": "tutti.follow", "arguments": [{"participant": "$keep ann"}]}]}
--- send b
{"id": 5, "method": "workspace/executeCommand", "params": {"command": "tutti.who"}}
--- expect b
{"method": "window/showMessage", "params": {"type": 3, "message": "$match (?i)ann"}}
--- send b
{"id": 6, "method": "workspace/executeCommand", "params": {"command": "tutti.follow", "arguments": [{"participant": "${ann}"}]}}
--- expect b
{"method": "window/showDocument", "params": {"uri": "file://${home}/b/text.txt", "selection": {"start": {"line": 0, "character": 2}}}}

Undo takes back what Ben wrote, as an edit of the server.
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 2}, "contentChanges": [{"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 1}}, "text": "y"}]}}
--- expect
{"method": "collab/edit", "params": {"revision": 2, "edits": [{"newText": "y"}]}}
--- send
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "seen": 2}}
--- expect
{"method": "collab/cursors", "params": {"cursors": [{"selections": [{"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 2}}]}]}}
--- send b
{"id": 7, "method": "workspace/executeCommand", "params": {"command": "tutti.undo", "arguments": [{"textDocument": {"uri": "file://${home}/b/text.txt"}}]}}
--- expect b
{"id": 7, "result": {"applied": true}}
--- expect b
{"method": "workspace/applyEdit", "params": {"edit": {"documentChanges": [{"textDocument": {"version": 2}, "edits": [{"range": {"end": {"line": 0, "character": 2}}, "newText": ""}]}]}}}

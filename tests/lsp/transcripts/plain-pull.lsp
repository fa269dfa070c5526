A client that does not say who it is gets no edit that it did not ask for: it takes them with formatting, saving or a command.

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
{"id": 1, "method": "initialize", "params": {"capabilities": {"workspace": {"applyEdit": true}}}}
--- expect b
{"id": 1, "result": {"capabilities": {"documentFormattingProvider": true, "textDocumentSync": {"willSaveWaitUntil": true}}}}
--- send b
{"id": 2, "method": "workspace/executeCommand", "params": {"command": "tutti.join", "arguments": [{"link": "${link}", "folder": "${home}/b", "name": "Ben"}]}}
--- expect b
{"id": 2, "result": {"sessionId": "$any"}}
--- disk b/text.txt
one
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 1}, "contentChanges": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"}]}}
--- expect
{"method": "collab/edit", "params": {"revision": 1, "edits": [{"newText": "x"}]}}
--- send
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "seen": 1}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "newText": "!"}]}}
--- disk a/text.txt
one
--- expect b
{"method": "textDocument/publishDiagnostics", "params": {"uri": "file://${home}/b/text.txt", "diagnostics": [{"severity": 4, "message": "$match ^1 edit of others waits", "source": "tutti"}]}}
--- send b
{"id": 3, "method": "textDocument/formatting", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "options": {"tabSize": 2, "insertSpaces": true}}}
--- expect b
{"id": 3, "result": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "newText": "!"}]}
--- send b
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "version": 2}, "contentChanges": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "text": "!"}]}}
--- expect b
{"method": "textDocument/publishDiagnostics", "params": {"diagnostics": []}}
--- never b
{"method": "workspace/applyEdit"}
--- never
{"method": "collab/edit"}

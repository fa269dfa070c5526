What one editor's language server says is offered to the other with the name; it is gone once the text beneath it changes.

needs: hub

--- file a/text.txt
one two
three
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "one two\nthree\n"}}}

Told before the file has joined: offered all the same.
--- send
{"method": "collab/diagnostics", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "diagnostics": [{"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 7}}, "severity": "error", "message": "two is odd", "source": "lint"}, {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 5}}, "severity": "hint", "message": "said by both"}]}}
--- send
{"id": 2, "method": "collab/share", "params": {"hub": "${hub}", "name": "Ann"}}
--- expect
{"id": 2, "result": {"sessionId": "$keep session", "link": "$keep link"}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-16"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b", "name": "Ben"}}
--- expect b
{"id": 2, "result": {"folder": "${home}/b"}}
--- disk b/text.txt
one two
three
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "one two\nthree\n"}}}
--- expect b
{"method": "collab/diagnostics", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "diagnostics": [{"name": "Ann", "message": "two is odd", "source": "lint", "severity": "error", "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 7}}}, {"name": "Ann", "message": "said by both"}]}}

What the own tools say as well is said once.
--- send b
{"method": "collab/diagnostics", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "diagnostics": [{"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 5}}, "severity": "hint", "message": "said by both"}]}}
--- expect b
{"method": "collab/diagnostics", "params": {"diagnostics": [{"message": "two is odd"}]}}
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "𝄞"}]}}
--- expect b
{"method": "collab/diagnostics", "params": {"diagnostics": [{"message": "two is odd", "range": {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 9}}}]}}
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 2, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 8}}, "newText": "o"}]}}
--- expect b
{"method": "collab/diagnostics", "params": {"diagnostics": []}}

The newest takes the place of what was said before.
--- send
{"method": "collab/diagnostics", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "diagnostics": [{"range": {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 2}}, "severity": "warning", "message": "news"}]}}
--- expect b
{"method": "collab/diagnostics", "params": {"diagnostics": [{"message": "news", "severity": "warning", "range": {"start": {"line": 1, "character": 1}}}]}}

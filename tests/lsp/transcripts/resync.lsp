Counters and ranges that do not fit are answered by collab/resync, once; close and open put everything right.

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

Of another epoch: dropped.
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 2, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "x"}]}}
--- never
{"method": "collab/resync"}

A gap. What was lost is found by comparing.
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 2, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "x"}]}}
--- expect
{"method": "collab/resync", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 3, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "y"}]}}
--- never
{"method": "collab/resync"}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "yx one\n"}}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}

Ranges that overlap.
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 2, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}}, "newText": ""}, {"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 3}}, "newText": ""}]}}
--- expect
{"method": "collab/resync", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 2}}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "yx one\n"}}}

It has seen what was not sent.
--- send
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 3, "seen": 4}}
--- expect
{"method": "collab/resync", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 3}}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "yx one\n"}}}

What cannot be read.
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 4, "revision": 1, "seen": 0, "edits": "all of them"}}
--- expect
{"method": "collab/resync", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 4}}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "yx one\n"}}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 5, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}}, "newText": ""}]}}
--- expect
{"method": "collab/status", "params": {"connection": "online", "pending": 0, "documents": [{"state": "synced", "pending": 0}]}}
--- never
{"method": "collab/resync"}

And all of it came out right: this is what somebody else sees.
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${link}", "folder": "${home}/b"}}
--- disk b/text.txt
 one

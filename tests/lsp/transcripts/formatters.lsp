Two formatters at one file: what the second does right after the first is taken back with a word, and a key is not.

needs: hub

--- file a/text.txt
if(a){
b();
c();
}
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/a", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/a/text.txt", "languageId": "text", "version": 0, "text": "if(a){\nb();\nc();\n}\n"}}}
--- send
{"id": 2, "method": "collab/share", "params": {"hub": "${hub}"}}
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
--- send b
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/b/text.txt", "languageId": "text", "version": 0, "text": "if(a){\nb();\nc();\n}\n"}}}
--- expect b
{"method": "collab/status", "params": {"documents": [{"state": "synced"}]}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/a/text.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}}, "newText": "if (a) {\n  b();\n  c();\n}\n"}]}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 1, "seen": 0, "edits": [{"newText": " "}, {"newText": " "}, {"newText": "  "}, {"newText": "  "}]}}
--- send b
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "seen": 1}}
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}}, "newText": "if(a){\n\tb();\n\tc();\n}\n"}]}}
--- expect b
{"method": "window/showMessage", "params": {"type": 2, "message": "$match This change was not made, and is taken back: the formatter of "}}
--- expect b
{"method": "collab/edit", "params": {"epoch": 1, "revision": 2, "seen": 1}}
--- send b
{"method": "collab/ack", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "seen": 2}}
--- send b
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/b/text.txt"}, "epoch": 1, "revision": 2, "seen": 2, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": " "}]}}
--- expect
{"method": "collab/edit", "params": {"epoch": 1, "revision": 1, "seen": 1, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": " "}]}}

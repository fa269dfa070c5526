Documents outside of shared folders, and of no folder at all, are opened, changed and closed without a word.

--- file plain/a.txt
one
--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/plain", "capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"method": "initialized", "params": {}}
--- expect
{"method": "collab/status", "params": {"connection": "offline", "session": "$absent", "pending": 0, "documents": []}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "untitled:Untitled-1", "languageId": "text", "version": 0, "text": ""}}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "x"}]}}
--- send
{"method": "collab/edit", "params": {"textDocument": {"uri": "file://${home}/plain/never-opened.txt"}, "epoch": 1, "revision": 1, "seen": 0, "edits": []}}
--- send
{"method": "collab/cursor", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt"}, "selections": []}}
--- send
{"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt"}}}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt"}}}
--- send
{"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt"}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": 5}}}
--- send
{"id": 2, "method": "collab/leave"}
--- expect
{"id": 2, "error": {"code": -32803, "message": "this folder is in no session", "data": {"code": "not_found"}}}
--- never
{"method": "collab/edit"}
--- never
{"method": "collab/resync"}
--- never
{"method": "window/showMessage"}

A client without the plugin is told once that it cannot edit live.

--- send
{"id": 1, "method": "initialize", "params": {"rootUri": "file://${home}/plain", "capabilities": {}}}
--- send
{"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt", "languageId": "text", "version": 0, "text": "one\n"}}}
--- send
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt", "version": 1}, "contentChanges": [{"text": "two\n"}]}}
--- expect
{"method": "window/showMessage", "params": {"type": 2, "message": "$match needs Tutti's plugin"}}
--- send
{"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file://${home}/plain/a.txt", "version": 2}, "contentChanges": [{"text": "three\n"}]}}
--- never
{"method": "window/showMessage"}
--- never
{"method": "collab/status"}

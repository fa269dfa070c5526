Links that lead nowhere: each fault is one plain sentence.

needs: hub

--- send
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send
{"id": 2, "method": "collab/join", "params": {"link": "what is this", "folder": "${home}/b"}}
--- expect
{"id": 2, "error": {"code": -32602, "message": "$match ^this is not a link into a session; one looks like https://", "data": {"code": "invalid"}}}
--- send
{"id": 3, "method": "collab/join", "params": {"link": "${hub}/s/00112233-4455-4677-8899-aabbccddeeff#tutti_l_${repeat a 43}", "folder": "${home}/b"}}
--- expect
{"id": 3, "error": {"code": -32803, "message": "This link is not valid (wrong, expired or revoked); ask for a new one", "data": {"code": "denied"}}}
--- send
{"id": 4, "method": "collab/join", "params": {"link": "http://127.0.0.1:1/s/00112233-4455-4677-8899-aabbccddeeff#tutti_l_${repeat a 43}", "folder": "${home}/b"}}
--- expect
{"id": 4, "error": {"code": -32803, "message": "$match ^no connection to the hub at 127.0.0.1:1: connection refused", "data": {"code": "unavailable"}}}
--- file a/text.txt
one
--- send
{"id": 5, "method": "collab/share", "params": {"folder": "${home}/a", "hub": "${hub}"}}
--- expect
{"id": 5, "result": {"sessionId": "$keep session", "link": "$match ^http://127.0.0.1:[0-9]+/s/.*#tutti_l_"}}
--- send b
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- send b
{"id": 2, "method": "collab/join", "params": {"link": "${hub}/s/${session}#tutti_l_${repeat a 43}", "folder": "${home}/b"}}
--- expect b
{"id": 2, "error": {"code": -32803, "message": "This link is not valid (wrong, expired or revoked); ask for a new one", "data": {"code": "denied"}}}
--- send b
{"id": 3, "method": "collab/join", "params": {"link": 5}}
--- expect b
{"id": 3, "error": {"code": -32602}}
--- send
{"id": 6, "method": "collab/share", "params": {"folder": "${home}/a", "password": "con brio"}}
--- expect
{"id": 6, "result": {"link": "$keep guarded"}}
--- send b
{"id": 4, "method": "collab/join", "params": {"link": "${guarded}", "folder": "${home}/b"}}
--- expect b
{"id": 4, "error": {"code": -32803, "message": "$match ^This link needs its password", "data": {"code": "password_required"}}}
--- send b
{"id": 5, "method": "collab/join", "params": {"link": "${guarded}", "folder": "${home}/b", "password": "con brio"}}
--- expect b
{"id": 5, "result": {"sessionId": "${session}", "folder": "${home}/b"}}
--- disk b/text.txt
one

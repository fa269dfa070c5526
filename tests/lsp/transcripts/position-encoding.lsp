Without the plugin: utf-8 where the client offers it, utf-16 where it does not say or cannot. With it: what it says.

--- send none
{"id": 1, "method": "initialize", "params": {"capabilities": {}}}
--- expect none
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-16"}}}
--- send offers
{"id": 1, "method": "initialize", "params": {"capabilities": {"general": {"positionEncodings": ["utf-16", "utf-8"]}}}}
--- expect offers
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-8"}}}
--- send odd
{"id": 1, "method": "initialize", "params": {"capabilities": {"general": {"positionEncodings": "utf-8"}}}}
--- expect odd
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-16"}}}
--- send bytes
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-8", "finalNewline": "implicit"}}}}}
--- expect bytes
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-8", "experimental": {"collab": {"positionEncoding": "utf-8", "finalNewline": "implicit", "cr": "$absent"}}}}}
--- send units
{"id": 1, "method": "initialize", "params": {"capabilities": {"experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-16", "cr": "eol"}}}}}
--- expect units
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-16", "experimental": {"collab": {"positionEncoding": "utf-16", "cr": "eol", "finalNewline": "$absent"}}}}}
--- send characters
{"id": 1, "method": "initialize", "params": {"capabilities": {"general": {"positionEncodings": ["utf-8"]}, "experimental": {"collab": {"version": 1, "edit": true, "positionEncoding": "utf-32"}}}}}
--- expect characters
{"id": 1, "result": {"capabilities": {"positionEncoding": "utf-32", "experimental": {"collab": {"positionEncoding": "utf-32"}}}}}

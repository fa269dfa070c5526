The same length twice is one length; a message that is too long is skipped; a length that is none ends the stream.

--- raw twice
Content-Length: 41\r\nContent-Length: 41\r\n\r\n{"jsonrpc": "2.0","id": 1, "method": "x"}
--- expect twice
{"id": 1, "error": {"code": -32002}}
--- raw twice
Content-Length: 5\r\nContent-Length: 6\r\n\r\n
--- expect twice
{"id": null, "error": {"code": -32700, "message": "$match two Content-Lengths"}}
--- exit 1 twice
--- raw absurd
Content-Length: 99999999999999999999999\r\n\r\n
--- expect absurd
{"id": null, "error": {"code": -32700, "message": "$match Content-Length that is not a number"}}
--- exit 1 absurd
--- raw huge
Content-Length: 2000000000\r\n\r\n
--- expect huge
{"id": null, "error": {"code": -32700, "message": "$match 2000000000 bytes"}}
--- exit 1 huge
--- raw negative
Content-Length: -1\r\n\r\n
--- expect negative
{"id": null, "error": {"code": -32700}}
--- exit 1 negative
--- raw long
Content-Length: 70000000\r\n\r\n${repeat . 70000000}Content-Length: 41\r\n\r\n{"jsonrpc": "2.0","id": 1, "method": "x"}
--- expect long
{"id": null, "error": {"code": -32700, "data": {"code": "limit"}}}
--- expect long
{"id": 1, "error": {"code": -32002}}
--- raw http
GET / HTTP/1.1\r\nHost: localhost\r\n\r\n
--- expect http
{"id": null, "error": {"code": -32700}}
--- exit 1 http

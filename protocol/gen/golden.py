"""protocol/golden/*.json: messages that every reader must read, and messages that every strict reader must refuse.

An invalid message is a valid one (`of`) with one thing changed, so that the files stay small and the fault is plain to see.
"""

import json

import examples
from cpp_rpc import all_structs, label, params_name, result_name
from schema import Message, Schema


def entries(key: str, name: str, schema: Schema, fields, says: str, seen: set[str], extra: dict, tag: dict) -> tuple[list, list]:
    full, minimal = ({**tag, **examples.instance(schema, fields, size)} for size in (True, False))
    valid = [{"name": f"{name} full", key: name, **extra, "message": full},
             {"name": f"{name} minimal", key: name, **extra, "message": minimal}]
    spoiled = [{"of": f"{name} full", **s.as_json()} for s in examples.spoil(schema, fields, [], says, seen)]
    return valid, spoiled


def frames(schema: Schema) -> str:
    valid, invalid, seen = [], [], set()
    for m in schema.messages:
        a, b = entries("type", m.type, schema, m.fields, m.type, seen, {"direction": m.direction}, {"type": m.type})
        valid += a
        invalid += b
    return text({"schema": schema.source, "valid": valid, "invalid": invalid, "malformed": MALFORMED})


def params(schema: Schema) -> str:
    valid, invalid, seen = [], [], {s.name for s in schema.structs}
    for name, fields, _, _ in all_structs(schema):
        a, b = entries("struct", name, schema, fields, label(schema, name), seen, {}, {})
        valid += a
        invalid += b
    return text({"schema": schema.source, "methods": [method(m) for m in schema.messages], "valid": valid, "invalid": invalid})


def method(m: Message) -> dict:
    out = {"method": m.type, "form": m.form, "direction": m.direction, "params": params_name(m)}
    return {**out, "result": result_name(m)} if m.form == "request" else out


PING = '{"type":"ping","token":1,"reply":false'
# Frames that no JSON library can write. All travel up.
MALFORMED = [
    {"name": "nothing", "text": "", "code": "invalid"},
    {"name": "a list", "text": "[]", "code": "invalid"},
    {"name": "cut off", "text": PING, "code": "invalid"},
    {"name": "two values", "text": PING + "}{}", "code": "invalid"},
    {"name": "no type", "text": '{"token":1}', "code": "invalid"},
    {"name": "unknown type", "text": '{"type":"file:explode"}', "code": "invalid"},
    {"name": "wrong direction", "text": '{"type":"durable","position":1}', "code": "invalid"},
    {"name": "a field twice", "text": PING + ',"token":2}', "code": "invalid"},
    {"name": "type twice", "text": PING + ',"type":"fetch"}', "code": "invalid"},
    {"name": "a fraction", "text": '{"type":"ping","token":1.5,"reply":false}', "code": "invalid"},
    {"name": "a whole fraction", "text": '{"type":"ping","token":1.0,"reply":false}', "code": "invalid"},
    {"name": "a number beyond 64 bits", "text": '{"type":"ping","token":99999999999999999999,"reply":false}', "code": "invalid"},
    {"name": "half a surrogate pair", "text": PING + ',"note":"\\ud834"}', "code": "invalid"},
    {"name": "a raw control character", "text": PING + ',"note":"\n"}', "code": "invalid"},
    {"name": "65 levels", "text": PING + ',"note":' + "[" * 64 + "]" * 64 + "}", "code": "limit"},
]


def text(content: dict) -> str:
    """One entry a line: a change of the schema shows as the lines it concerns."""
    parts = []
    for key, item in content.items():
        if isinstance(item, list):
            lines = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in item)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(item)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"

"""docs/PROTOCOL.md."""

import json

import examples
from cpp_rpc import params_name
from schema import INTEGERS, Enum, Field, Message, Schema, Struct, Type

WIDTH = 120
ARROWS = {"up": "participant → hub", "down": "hub → participant", "both": "both ways"}
EDITOR_ARROWS = {"up": "editor → server", "down": "server → editor", "both": "both ways"}


def anchor(name: str) -> str:
    return name.lower().replace(":", "").replace("/", "")


def type_text(schema: Schema, t: Type) -> str:
    if t.name == "uuid":
        name = f"uuid of a {t.tag.lower()}"
    elif schema.enum(t.name) or schema.struct(t.name):
        name = f"[{t.name}](#{anchor(t.name)})"
    else:
        name = {"u8": "integer", "u32": "integer", "u53": "integer", "bool": "boolean"}.get(t.name, t.name)
    return f"list of {name}" if t.is_list else name


def limit_text(f: Field) -> str:
    if f.type.is_list:
        return f"{f.max} items" + (f" of {f.item_max} bytes" if f.item_max else "")
    if f.type.name == "string":
        return f"{f.max} bytes"
    if f.type.name in INTEGERS:
        return f"up to {f.max}" if f.max is not None else {"u8": "up to 255", "u32": "below 2³²", "u53": "below 2⁵³"}[f.type.name]
    return ""


def table(schema: Schema, fields: list[Field]) -> list[str]:
    out = ["| field | type | limit | meaning |", "| --- | --- | --- | --- |"]
    for f in fields:
        name = f"`{f.name}`" + (" (optional)" if f.optional else "")
        out.append(f"| {name} | {type_text(schema, f.type)} | {limit_text(f)} | {f.doc} |")
    return [*out, ""]


def pretty(value: object, indent: str = "") -> str:
    """JSON, broken only where a line would become too long."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        items, (opening, closing) = [f"{json.dumps(k)}: {pretty(v, deeper)}" for k, v in value.items()], "{}"
    else:
        items, (opening, closing) = [pretty(v, deeper) for v in value], "[]"
    return opening + "\n" + ",\n".join(deeper + item for item in items) + "\n" + indent + closing


def code(*values: object) -> list[str]:
    return ["```json", *[pretty(v) for v in values], "```", ""]


def one_way(m: Message, direction: str) -> list[Field]:
    """The fields of a message that goes both ways, as it goes one way."""
    other = {"up": "Down:", "down": "Up:"}[direction]
    return [f for f in m.fields if not f.doc.startswith(other)]


def frame_section(schema: Schema, m: Message) -> list[str]:
    role = f", least role: {m.role}" if m.up else ""
    out = [f"#### `{m.type}`", "", f"*{ARROWS[m.direction]}{role}.* {m.doc}", ""]
    if m.fields:
        out += table(schema, m.fields)
    ways = ["up", "down"] if m.direction == "both" else [m.direction]
    shown = [{"type": m.type, **examples.instance(schema, one_way(m, way), True)} for way in ways]
    return out + code(*[s for i, s in enumerate(shown) if s not in shown[:i]])


def method_section(schema: Schema, m: Message) -> list[str]:
    out = [f"#### `{m.type}`", "", f"*{m.form.capitalize()}, {EDITOR_ARROWS[m.direction]}.* {m.doc}", ""]
    if m.fields:
        out += table(schema, m.fields)
    if m.form != "request":
        return out + code(examples.instance(schema, m.fields, True))
    if m.result:
        out += ["Result:", "", *table(schema, m.result)]
    else:
        out += ["Result: `{}`.", ""]
    return out + code(examples.instance(schema, m.fields, True), examples.instance(schema, m.result, True))


def enum_section(e: Enum) -> list[str]:
    return [f"#### {e.name}", "", f"{e.doc} One of " + ", ".join(f"`{v}`" for v in e.values) + ".", ""]


def struct_section(schema: Schema, s: Struct) -> list[str]:
    how = " Written as a list: `[" + ", ".join(f.name for f in s.fields) + "]`." if s.tuple else ""
    return [f"#### {s.name}", "", s.doc + how, "", *table(schema, s.fields)]


def contents(schema: Schema) -> list[str]:
    return [" · ".join(f"[`{m.type}`](#{anchor(m.type)})" for m in schema.messages), ""]


def binary_section(schema: Schema) -> list[str]:
    b = schema.binary
    out = ["### Binary frames", "", f"*{ARROWS[b['direction']]}.* One kind so far, the {b['name']}. {b['doc']}", "",
           "| bytes | field | meaning |", "| --- | --- | --- |"]
    at = 0
    for f in b["fields"]:
        size = f["bytes"]
        place = f"{at} …" if size == 0 else str(at) if size == 1 else f"{at} – {at + size - 1}"
        out.append(f"| {place} | {f['name']} | {f['doc']} |")
        at += size
    return [*out, ""]


def close_section(schema: Schema) -> list[str]:
    return ["### Close codes", "", "| code | why |", "| --- | --- |", *[f"| {c['code']} | {c['doc']} |" for c in schema.closes], ""]


def types_section(schema: Schema) -> list[str]:
    out = ["### Types", ""]
    for e in schema.own_enums:
        out += enum_section(e)
    for s in schema.structs:
        out += struct_section(schema, s)
    return out


def document(hub: Schema, collab: Schema) -> str:
    out = ["# Protocol", "", f"<!-- Generated by protocol/gen/generate.py from {hub.source} and {collab.source}. Do not edit. -->", "",
           "Two protocols: between participant and hub, and between editor and `tutti lsp`. Both are declared in `protocol/schema`; codecs, client",
           "types, golden messages and this page are written from there. Lengths of text are UTF-8 bytes.", "",
           "## Participant and hub", "", f"{hub.meta['doc']} Protocol version {hub.meta['version']}. A text frame is at most "
           f"{hub.meta['up_frame_max']} bytes to the hub and {hub.meta['down_frame_max']} bytes from it.", "", hub.notes.strip(), "",
           "### Messages", "", *contents(hub)]
    for m in hub.messages:
        out += frame_section(hub, m)
    out += binary_section(hub) + close_section(hub) + types_section(hub)
    out += ["## Editor and server", "", f"{collab.meta['doc']} Protocol version {collab.meta['version']}.", "", collab.notes.strip(), "",
            "### Methods", "", *contents(collab)]
    for m in collab.messages:
        out += method_section(collab, m)
    out += types_section(collab)
    return "\n".join(out).rstrip() + "\n"

"""Reads protocol/schema/*.toml into plain objects and refuses what the generators could not write.

The format is explained at the head of protocol/schema/hub.toml.
"""

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

INTEGERS = {"u8": 2**8 - 1, "u32": 2**32 - 1, "u53": 2**53 - 1}
SCALARS = {*INTEGERS, "bool", "string", "json"}


class SchemaError(Exception):
    pass


def pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]", name) if part)


@dataclass(frozen=True)
class Type:
    """`name` is a scalar, "uuid", an enum or a struct; `tag` says which uuid."""

    name: str
    tag: str = ""
    is_list: bool = False

    @property
    def item(self) -> "Type":
        return Type(self.name, self.tag)


@dataclass
class Field:
    name: str
    type: Type
    doc: str
    max: int | None = None
    item_max: int | None = None
    optional: bool = False
    example: object = None


@dataclass
class Enum:
    name: str
    values: list[str]
    doc: str
    ranks: list[int] = field(default_factory=list)
    borrowed: bool = False  # declared by the schema that this one uses


@dataclass
class Struct:
    name: str
    fields: list[Field]
    doc: str
    tuple: bool = False


@dataclass
class Message:
    """`form` tells notifications from requests where the protocol has both; `result` is what a request answers with."""

    type: str
    name: str
    direction: str
    doc: str
    fields: list[Field]
    role: str = ""
    form: str = "frame"
    result: list[Field] = field(default_factory=list)
    example: dict | None = None

    @property
    def up(self) -> bool:
        return self.direction in ("up", "both")

    @property
    def down(self) -> bool:
        return self.direction in ("down", "both")


@dataclass
class Schema:
    name: str
    meta: dict
    enums: list[Enum]
    structs: list[Struct]
    messages: list[Message]
    binary: dict
    closes: list[dict]
    source: str
    notes: str = ""

    @property
    def own_enums(self) -> list[Enum]:
        return [e for e in self.enums if not e.borrowed]

    def enum(self, name: str) -> Enum | None:
        return next((e for e in self.enums if e.name == name), None)

    def struct(self, name: str) -> Struct | None:
        return next((s for s in self.structs if s.name == name), None)


def parse_type(text: str) -> Type:
    if text.startswith("list:"):
        inner = parse_type(text.removeprefix("list:"))
        if inner.is_list:
            raise SchemaError(f"a list of lists needs a struct: {text}")
        return Type(inner.name, inner.tag, True)
    if text.startswith("uuid:"):
        return Type("uuid", text.removeprefix("uuid:"))
    return Type(text)


def parse_field(raw: dict) -> Field:
    raw = dict(raw)
    made = Field(raw.pop("name"), parse_type(raw.pop("type")), raw.pop("doc"), raw.pop("max", None),
                 raw.pop("item_max", None), raw.pop("optional", False), raw.pop("example", None))
    if raw:
        raise SchemaError(f"field {made.name}: unknown keys {sorted(raw)}")
    return made


def parse_fields(raw: list[dict]) -> list[Field]:
    return [parse_field(f) for f in raw]


def parse_message(raw: dict) -> Message:
    raw = dict(raw)
    type_ = raw.pop("type")
    made = Message(type_, raw.pop("struct", pascal(type_)), raw.pop("direction"), raw.pop("doc"),
                   parse_fields(raw.pop("fields", [])), raw.pop("role", ""), raw.pop("form", "frame"),
                   parse_fields(raw.pop("result", [])), raw.pop("example", None))
    if raw:
        raise SchemaError(f"message {type_}: unknown keys {sorted(raw)}")
    return made


def check_field(schema: Schema, owner: str, f: Field) -> None:
    where = f"{owner}.{f.name}"
    known = f.type.name in SCALARS or f.type.name == "uuid" or schema.enum(f.type.name) or schema.struct(f.type.name)
    if not known:
        raise SchemaError(f"{where}: unknown type {f.type.name}")
    if (f.type.is_list or f.type.name == "string") and f.max is None:
        raise SchemaError(f"{where}: every string and list has a max")
    if f.type.is_list and f.type.name == "string" and f.item_max is None:
        raise SchemaError(f"{where}: a list of strings has an item_max")
    if not f.doc:
        raise SchemaError(f"{where}: no doc")
    if f.name == "type" and schema.meta.get("tagged", True):
        raise SchemaError(f"{where}: `type` is the frame's own")


def check(schema: Schema) -> None:
    names = [x.name for x in (*schema.enums, *schema.structs, *schema.messages)]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise SchemaError(f"named twice: {sorted(twice)}")
    for owner in (*schema.structs, *schema.messages):
        fields = owner.fields + getattr(owner, "result", [])
        for f in fields:
            check_field(schema, owner.name, f)
        if not owner.doc:
            raise SchemaError(f"{owner.name}: no doc")
    for s in schema.structs:
        if s.fields[0].optional and not s.tuple:
            raise SchemaError(f"{s.name}: the first field of a struct is required")
        if s.tuple and any(f.optional for f in s.fields):
            raise SchemaError(f"{s.name}: a tuple has no optional fields")
    for m in schema.messages:
        if m.direction not in ("up", "down", "both"):
            raise SchemaError(f"{m.type}: direction {m.direction}")
        if m.form == "frame" and m.up and not m.role:
            raise SchemaError(f"{m.type}: no role")


def borrowed_enums(raw: dict, base: Schema | None) -> list[Enum]:
    if "uses" not in raw["meta"]:
        return []
    if base is None or base.name != raw["meta"]["uses"]:
        raise SchemaError(f"needs the schema {raw['meta']['uses']}")
    own = {e["name"] for e in raw.get("enum", [])} | {s["name"] for s in raw.get("struct", [])}
    return [replace(e, borrowed=True) for e in base.enums if e.name not in own]


def load(path: Path, base: Schema | None = None) -> Schema:
    raw = tomllib.loads(path.read_text("utf-8"))
    enums = borrowed_enums(raw, base)
    enums += [Enum(e["name"], e["values"], e["doc"], e.get("ranks", [])) for e in raw.get("enum", [])]
    structs = [Struct(s["name"], parse_fields(s["fields"]), s["doc"], s.get("tuple", False)) for s in raw.get("struct", [])]
    messages = [parse_message(m) for m in raw.get("message", [])]
    schema = Schema(raw["meta"]["name"], raw["meta"], enums, structs, messages, raw.get("binary", {}),
                    raw.get("close", []), f"protocol/schema/{path.name}", raw["meta"].get("notes", ""))
    check(schema)
    return schema

"""Instances of every message, for documents and golden files, and the ways to spoil each of them."""

from dataclasses import dataclass

from schema import INTEGERS, Field, Schema, Type

UUIDS = {"Document": "0d0c0001-1111-4111-8111-0123456789ab", "Session": "5e551001-2222-4222-8222-0123456789ab",
         "Participant": "9a471c19-3333-4333-8333-0123456789ab"}
NUMBERS = {"u8": 3, "u32": 7, "u53": 42}
# Above this a message is not made too large on purpose: it would take every reader seconds.
GROW_MAX = 4 * 1024 * 1024


def value(schema: Schema, f: Field, full: bool) -> object:
    if f.example is not None and (full or not f.type.is_list):
        return f.example
    if f.type.is_list:
        return [one(schema, f.type.item, full)] if full else []
    return one(schema, f.type, full)


def one(schema: Schema, t: Type, full: bool) -> object:
    if t.name == "uuid":
        return UUIDS[t.tag]
    if t.name in NUMBERS:
        return NUMBERS[t.name]
    if t.name == "bool":
        return full
    if t.name == "string":
        return "text"
    enum = schema.enum(t.name)
    if enum:
        return enum.values[-1 if full else 0]
    struct = schema.struct(t.name)
    if struct.tuple:
        return [value(schema, f, full) for f in struct.fields]
    return instance(schema, struct.fields, full)


def instance(schema: Schema, fields: list[Field], full: bool) -> dict:
    return {f.name: value(schema, f, full) for f in fields if full or not f.optional}


@dataclass
class Spoiled:
    """`operation`: remove, set (to `value`) or grow (to `count` times `value`) what is at `path`."""

    operation: str
    path: list
    says: str
    code: str
    value: object = None
    count: int = 0

    def as_json(self) -> dict:
        out = {"op": self.operation, "path": self.path, "code": self.code, "says": self.says}
        if self.operation != "remove":
            out["value"] = self.value
        if self.operation == "grow":
            out["count"] = self.count
        return out


WRONG = {"bool": 1, "string": 5, "u8": "5", "u32": "5", "u53": "5", "uuid": "5e551001"}


def wrong_value(schema: Schema, t: Type) -> object:
    """Of another type, or not among the values."""
    if t.is_list:
        return 5
    if schema.enum(t.name):
        return "no such value"
    return WRONG.get(t.name, 5)


def spoil_field(schema: Schema, f: Field, path: list, says: str) -> list[Spoiled]:
    out = [Spoiled("set", path, says, "invalid", wrong_value(schema, f.type))]
    if f.type.name in INTEGERS and not f.type.is_list:
        top = f.max if f.max is not None else INTEGERS[f.type.name]
        out += [Spoiled("set", path, says, "invalid", -1), Spoiled("set", path, says, "limit", top + 1)]
    if f.type.is_list and f.max < GROW_MAX:
        out.append(Spoiled("grow", path, says, "limit", one(schema, f.type.item, False), f.max + 1))
    if f.type.name == "string" and not f.type.is_list and f.max < GROW_MAX:
        out.append(Spoiled("grow", path, says, "limit", "x", f.max + 1))
    if f.item_max is not None and f.item_max < GROW_MAX:
        out.append(Spoiled("grow", [*path, 0], f"{says}[0]", "limit", "x", f.item_max + 1))
    return out


def spoil(schema: Schema, fields: list[Field], path: list, says: str, seen: set[str], tuple_: bool = False) -> list[Spoiled]:
    """Every field once; the fields of a struct only where it is met first."""
    out = []
    for index, f in enumerate(fields):
        here, name = [*path, index if tuple_ else f.name], f"{says}.{f.name}"
        if tuple_:
            out.append(Spoiled("remove", here, says, "invalid"))
        elif not f.optional:
            out.append(Spoiled("remove", here, name, "invalid"))
        out += spoil_field(schema, f, here, name)
        struct = schema.struct(f.type.name)
        if struct and struct.name not in seen:
            seen.add(struct.name)
            inner, inner_name = ([*here, 0], f"{name}[0]") if f.type.is_list else (here, name)
            out += spoil(schema, struct.fields, inner, inner_name, seen, struct.tuple)
    return out

"""protocol/wire/collab.{hpp,cpp}: params and results of JSON-RPC methods, converted from and to nlohmann::json."""

from cpp_types import (banner, cpp_type, enum_code, enum_source, limit_code, limit_of, member_name, snake, struct_code)
from schema import Field, Message, Schema


def params_name(m: Message) -> str:
    return f"{m.name}Params"


def result_name(m: Message) -> str:
    return f"{m.name}Result"


def all_structs(schema: Schema) -> list[tuple[str, list[Field], str, str]]:
    """(name, fields, doc, owner of the limits), in the order of use."""
    out = [(s.name, s.fields, s.doc, s.name) for s in schema.structs]
    for m in schema.messages:
        out.append((params_name(m), m.fields, m.doc, m.name))
        if m.form == "request":
            out.append((result_name(m), m.result, f"Answer to `{m.type}`.", result_name(m)))
    return out


def borrowed(schema: Schema) -> list[str]:
    used = {f.type.name for _, fields, _, _ in all_structs(schema) for f in fields}
    return [e.name for e in schema.enums if e.borrowed and e.name in used]


def header(schema: Schema) -> str:
    name = schema.name
    out = [banner(schema).rstrip(), "#pragma once", "", "#include <compare>", "#include <cstddef>", "#include <cstdint>",
           "#include <nlohmann/json_fwd.hpp>", "#include <optional>", "#include <string>", "#include <string_view>", "#include <vector>", "",
           '#include "protocol/base/result.hpp"', '#include "protocol/base/uuid.hpp"', '#include "protocol/wire/hub.hpp"', "",
           f"namespace tutti::{name} {{", ""]
    out += [f"using wire::{e};" for e in borrowed(schema)]
    out += ["", f"inline constexpr std::uint32_t kProtocolVersion = {schema.meta['version']};", "",
            "// Limits: UTF-8 bytes of a string, items of a list, the largest value of a number.", *limit_code(schema), ""]
    for e in schema.own_enums:
        out += enum_code(e)
    methods = {params_name(m): m for m in schema.messages}
    for struct, fields, doc, _ in all_structs(schema):
        head = [f'  static constexpr std::string_view kMethod = "{methods[struct].type}";'] if struct in methods else []
        out += struct_code(schema, struct, fields, doc, head)
    out += ["// `from_json` leaves `out` half filled when it fails. Fields that are not known are passed over."]
    for struct, *_ in all_structs(schema):
        out += [f"[[nodiscard]] Status from_json(const nlohmann::json& value, {struct}& out);",
                f"[[nodiscard]] nlohmann::json to_json(const {struct}& value);"]
    return "\n".join([*out, "", f"}}  // namespace tutti::{name}", ""])


def enum_io(name: str) -> list[str]:
    words = snake(name).replace("_", " ")
    return [f"inline bool read(const Value& value, {name}& out, Limit /*limit*/, Failure& failure) {{",
            "  const std::string* text = text_of(value, failure);", "  if (text == nullptr) return false;",
            f"  const auto known = parse_{snake(name)}(*text);",
            f'  if (!known) return failure.fail(ErrorCode::invalid, "not a known {words}");',
            "  out = *known;", "  return true;", "}", "",
            f"inline Value value_of({name} value) {{ return to_string(value); }}", ""]


def struct_reader(name: str, fields: list[Field], owner: str) -> list[str]:
    out = [f"bool read(const Value& value, {name}& {'out' if fields else '/*out*/'}, Limit /*limit*/, Failure& failure) {{"]
    if not fields:
        return [*out, "  return check_object(value, failure);", "}", ""]
    out += ["  if (!check_object(value, failure)) return false;"]
    for f in fields:
        verb = "optional" if f.optional else "required"
        out.append(f'  if (!{verb}(value, "{f.name}", out.{member_name(f)}, {limit_of(owner, f)}, failure)) return false;')
    return [*out, "  return true;", "}", ""]


def to_value(f: Field, expression: str) -> str:
    return expression if f.type.name in ("u8", "u32", "u53", "bool", "string") else f"value_of({expression})"


def struct_writer(name: str, fields: list[Field]) -> list[str]:
    out = [f"Value value_of(const {name}& {'value' if fields else '/*value*/'}) {{", "  Value out = Value::object();"]
    for f in fields:
        own = f"value.{member_name(f)}"
        if f.optional:
            out.append(f'  if ({own}) out["{f.name}"] = {to_value(f, "*" + own)};')
        else:
            out.append(f'  out["{f.name}"] = {to_value(f, own)};')
    return [*out, "  return out;", "}", ""]


def source(schema: Schema) -> str:
    name = schema.name
    out = [banner(schema).rstrip(), f'#include "protocol/wire/{name}.hpp"', "", "#include <nlohmann/json.hpp>", "",
           '#include "protocol/wire/value_read.hpp"', "",
           "// All `read` and `value_of` are found by argument-dependent lookup from templates, hence beside their types.",
           "namespace tutti::wire {", ""]
    for e in (x for x in schema.enums if x.name in borrowed(schema)):
        out += enum_io(e.name)
    out += ["}  // namespace tutti::wire", "", f"namespace tutti::{name} {{", ""]
    for e in schema.own_enums:
        out += enum_source(e)
    out += ["using wire::Failure;", "using wire::Limit;", "using wire::Value;", "using wire::check_object;", "using wire::optional;",
            "using wire::read;", "using wire::required;", "using wire::text_of;", "using wire::value_of;", "",
            "template <class Tag>", "Value value_of(const Uuid<Tag>& id) { return to_string(id); }", "",
            "template <class T>", "Value value_of(const std::vector<T>& items) {", "  Value out = Value::array();",
            "  for (const T& item : items) out.push_back(value_of(item));", "  return out;", "}", ""]
    for e in schema.own_enums:
        out += enum_io(e.name)
    for struct, fields, _, owner in all_structs(schema):
        out += struct_reader(struct, fields, owner)
        out += struct_writer(struct, fields)
    for struct, *_ in all_structs(schema):
        out += [f"Status from_json(const nlohmann::json& value, {struct}& out) {{", "  Failure failure;",
                f'  if (!read(value, out, {{}}, failure)) return failure.error("{label(schema, struct)}");', "  return {};", "}",
                f"nlohmann::json to_json(const {struct}& value) {{ return value_of(value); }}", ""]
    return "\n".join([*out, f"}}  // namespace tutti::{name}", ""])


def struct_list(schema: Schema) -> str:
    """For tests: every struct, to be expanded by a macro."""
    return banner(schema) + "\n".join(f"TUTTI_STRUCT({name})" for name, *_ in all_structs(schema)) + "\n"


def label(schema: Schema, struct: str) -> str:
    """What a message about a fault begins with."""
    for m in schema.messages:
        if struct == params_name(m):
            return m.type
    return struct

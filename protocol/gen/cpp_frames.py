"""protocol/wire/hub.{hpp,cpp}: structs, a writer without a tree, a reader on simdjson."""

from cpp_types import banner, doc_line, enum_code, enum_source, limit_code, limit_of, snake, struct_code, wrapped
from schema import Field, Message, Schema, Struct


def header(schema: Schema) -> str:
    out = [banner(schema).rstrip(), "#pragma once", "", "#include <compare>", "#include <cstddef>", "#include <cstdint>",
           "#include <optional>", "#include <string>", "#include <string_view>", "#include <variant>", "#include <vector>", "",
           '#include "protocol/base/result.hpp"', '#include "protocol/base/uuid.hpp"', "", "namespace tutti::wire {", "",
           f"inline constexpr std::uint32_t kProtocolVersion = {schema.meta['version']};",
           "/// Bytes of the largest text frame, by direction.",
           f"inline constexpr std::size_t kUpFrameMax = {schema.meta['up_frame_max']};",
           f"inline constexpr std::size_t kDownFrameMax = {schema.meta['down_frame_max']};", "",
           "// Limits: UTF-8 bytes of a string, items of a list, the largest value of a number.", *limit_code(schema), ""]
    for e in schema.enums:
        out += enum_code(e)
    out += rank_code(schema)
    for s in schema.structs:
        out += struct_code(schema, s.name, s.fields, s.doc)
    for m in schema.messages:
        out += struct_code(schema, m.name, m.fields, m.doc, [f'  static constexpr std::string_view kType = "{m.type}";'])
    out += variant_code("Up", "What a participant may send.", [m for m in schema.messages if m.up])
    out += variant_code("Down", "What the hub may send.", [m for m in schema.messages if m.down])
    out += ["[[nodiscard]] Result<Up> decode_up(std::string_view frame);", "[[nodiscard]] Result<Down> decode_down(std::string_view frame);",
            ""]
    out += [f"[[nodiscard]] std::string encode(const {m.name}& message);" for m in schema.messages]
    out += ["[[nodiscard]] std::string encode(const Up& message);", "[[nodiscard]] std::string encode(const Down& message);", "",
            "[[nodiscard]] std::string_view type_of(const Up& message);", "[[nodiscard]] std::string_view type_of(const Down& message);", ""]
    out += ["// The least role that may send it up."]
    out += [f"constexpr Role least_role(const {m.name}& /*message*/) {{ return Role::{m.role}; }}" for m in schema.messages if m.up]
    out += ["[[nodiscard]] Role least_role(const Up& message);", "", "}  // namespace tutti::wire", ""]
    return "\n".join(out)


def rank_code(schema: Schema) -> list[str]:
    out = []
    for e in (e for e in schema.enums if e.ranks):
        out += [f"/// Whether {e.name.lower()} `has` may do what `least` may. Equal ranks may do the same.",
                f"constexpr bool at_least({e.name} has, {e.name} least) {{",
                f"  constexpr int rank[] = {{{', '.join(map(str, e.ranks))}}};",
                "  return rank[static_cast<int>(has)] >= rank[static_cast<int>(least)];", "}", ""]
    return out


def variant_code(name: str, doc: str, messages: list[Message]) -> list[str]:
    return [*doc_line(doc), *wrapped(f"using {name} = std::variant<", [m.name for m in messages], ">;"), ""]


def reader(owner: str, fields: list[Field], tuple_: bool, tagged: bool) -> list[str]:
    """The body of one `read`."""
    if not fields:
        return [f"bool read(const Element& value, {owner}& /*out*/, Limit /*limit*/, Failure& failure) {{",
                '  static constexpr std::array<std::string_view, 1> names = {"type"};' if tagged else "",
                "  Fields<1> in(names);", "  return in.open(value, failure);", "}", ""]
    names = (["type"] if tagged else []) + [f.name for f in fields]
    container = "Items" if tuple_ else "Fields"
    out = [f"bool read(const Element& value, {owner}& out, Limit /*limit*/, Failure& failure) {{",
           *wrapped(f"  static constexpr std::array<std::string_view, {len(names)}> names = {{", [f'"{n}"' for n in names], "};"),
           f"  {container}<{len(names)}> in(names);", "  if (!in.open(value, failure)) return false;"]
    for i, f in enumerate(fields, start=1 if tagged else 0):
        verb = "optional" if f.optional else "required"
        out.append(f"  if (!in.{verb}({i}, out.{f.name}, {limit_of(owner, f)}, failure)) return false;")
    return [*out, "  return true;", "}", ""]


def value_writer(f: Field) -> str:
    return f"write(out, {'*' if f.optional else ''}value.{f.name});"


def writer(s: Struct) -> list[str]:
    opening, closing = ("[", "]") if s.tuple else ("{", "}")
    out = [f"void write(std::string& out, const {s.name}& value) {{"]
    for i, f in enumerate(s.fields):
        lead = opening if i == 0 else ","
        key = "" if s.tuple else f'\\"{f.name}\\":'
        out += put(f, lead + key, "  ")
    return [*out, f"  out += '{closing}';", "}", ""]


def put(f: Field, text: str, indent: str) -> list[str]:
    literal = f"'{text}'" if len(text) == 1 else f'"{text}"'
    if not f.optional:
        return [f"{indent}out += {literal};", f"{indent}{value_writer(f)}"]
    return [f"{indent}if (value.{f.name}) {{", f"{indent}  out += {literal};", f"{indent}  {value_writer(f)}", f"{indent}}}"]


def encoder(m: Message) -> list[str]:
    unused = "" if m.fields else "/*value*/"
    out = [f"std::string encode(const {m.name}& {'value' if m.fields else unused}) {{", "  std::string out;",
           f'  out.reserve({160 + 64 * len(m.fields)});', f'  out += "{{\\"type\\":\\"{m.type}\\"";']
    for f in m.fields:
        out += put(f, f',\\"{f.name}\\":', "  ")
    return [*out, "  out += '}';", "  return out;", "}", ""]


def enum_io(name: str, snake_name: str) -> list[str]:
    return [f"bool read(const Element& value, {name}& out, Limit /*limit*/, Failure& failure) {{", "  std::string_view text;",
            "  if (!read_text(value, text, failure)) return false;", f"  const auto known = parse_{snake_name}(text);",
            f'  if (!known) return failure.fail(ErrorCode::invalid, "not a known {snake_name.replace("_", " ")}");',
            "  out = *known;", "  return true;", "}", "",
            f"void write(std::string& out, {name} value) {{", "  out += '\"';", "  out += to_string(value);", "  out += '\"';", "}", ""]


def decoder(schema: Schema, variant: str, messages: list[Message], limit: str) -> list[str]:
    low = variant.lower()
    out = [f"Result<{variant}> decode_{low}(std::string_view frame) {{", "  Failure failure;",
           f"  const Parsed parsed(frame, {limit}, failure);", '  if (!parsed.ok()) return failure.error("frame");',
           "  std::string_view type;", "  if (!read_type(parsed.root(), type, failure)) return failure.error(\"frame\");"]
    out += [f"  if (type == {m.name}::kType) return finish<{variant}, {m.name}>(parsed.root());" for m in messages]
    return [*out, f'  return stray(type, "{low}");', "}", ""]


def source(schema: Schema) -> str:
    out = [banner(schema).rstrip(), '#include "protocol/wire/hub.hpp"', "", "#include <array>", "",
           '#include "protocol/wire/json_read.hpp"', '#include "protocol/wire/json_write.hpp"', "", "namespace tutti::wire {", ""]
    for e in schema.enums:
        out += enum_source(e)
    out += ["// Found by argument-dependent lookup from the templates of json_read.hpp and json_write.hpp, hence in this namespace.", ""]
    for e in schema.enums:
        out += enum_io(e.name, snake(e.name))
    for s in schema.structs:
        out += reader(s.name, s.fields, s.tuple, False)
        out += writer(s)
    for m in schema.messages:
        out += reader(m.name, m.fields, False, True)
    for m in schema.messages:
        out += encoder(m)
    out += ["namespace {", "", "bool read_type(const Element& root, std::string_view& type, Failure& failure) {",
            "  simdjson::dom::object object;",
            '  if (root.get(object) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "not an object");',
            "  Element value;",
            '  if (object.at_key("type").get(value) != simdjson::SUCCESS) {',
            '    return failure.fail(ErrorCode::invalid, "missing") || failure.in("type");', "  }",
            '  return read_text(value, type, failure) || failure.in("type");', "}", "",
            "bool known_type(std::string_view type) {", f"  static constexpr std::array<std::string_view, {len(schema.messages)}> types = {{",
            *[f'    "{m.type}",' for m in schema.messages], "  };",
            "  for (const auto known : types) {", "    if (known == type) return true;", "  }", "  return false;", "}", "",
            "/// A type that is not for this direction.", "Error stray(std::string_view type, std::string_view direction) {",
            '  if (!known_type(type)) return error(ErrorCode::invalid, "frame.type: not a known message");',
            '  return error(ErrorCode::invalid, std::string(type).append(": is not sent ").append(direction));', "}", "",
            "template <class Any, class Message>", "Result<Any> finish(const Element& root) {", "  Failure failure;",
            "  Message message;", "  if (!read(root, message, {}, failure)) return failure.error(Message::kType);",
            "  return Any(std::move(message));", "}", "", "}  // namespace", ""]
    out += decoder(schema, "Up", [m for m in schema.messages if m.up], "kUpFrameMax")
    out += decoder(schema, "Down", [m for m in schema.messages if m.down], "kDownFrameMax")
    for variant in ("Up", "Down"):
        out += [f"std::string encode(const {variant}& message) {{",
                "  return std::visit([](const auto& m) { return encode(m); }, message);", "}", "",
                f"std::string_view type_of(const {variant}& message) {{",
                "  return std::visit([](const auto& m) { return m.kType; }, message);", "}", ""]
    out += ["Role least_role(const Up& message) {", "  return std::visit([](const auto& m) { return least_role(m); }, message);", "}", "",
            "}  // namespace tutti::wire", ""]
    return "\n".join(out)

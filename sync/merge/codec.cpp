#include "sync/merge/codec.hpp"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "protocol/base/utf.hpp"
#include "sync/merge/bytes.hpp"

namespace tutti::merge {

namespace {

constexpr std::string_view kMagic = "TUTD";
constexpr char kVersion = 1;
constexpr std::size_t kHashed = 13;  // where the hashed part begins
constexpr int kLevel = 3;
constexpr std::uint64_t kMaxPosition = 0x3fffffffU;

enum Section : std::uint8_t { kColumns = 1, kContent = 2, kText = 3, kPadding = 4 };
enum Packing : std::uint8_t { kPlain = 0, kZstd = 1 };
enum Kind : std::uint8_t { kInsert = 0, kErase = 1, kEraseBackward = 2, kInsertInPatch = 3 };

/// What decoding takes in memory, at most; the same sum on both sides.
struct Need {
  std::uint64_t columns = 0, content = 0, text = 0, replicas = 0, agent_runs = 0, graph_runs = 0, parents = 0, cuts = 0,
                ops = 0;

  [[nodiscard]] std::uint64_t bytes() const {
    return columns + content + 2 * text + 96 * replicas + 20 * agent_runs + 16 * graph_runs + 4 * parents + 8 * cuts + 16 * ops;
  }
  [[nodiscard]] bool fits(std::uint64_t input) const { return bytes() <= 8 * input + 64 * 1024; }
};

// --- writing ---

void put_column(std::string& out, const std::string& column) {
  put_varint(out, column.size());
  out += column;
}

std::string agent_columns(const Agents& agents) {
  std::string out;
  put_varint(out, agents.agent_count());
  for (std::uint32_t i = 0; i < agents.agent_count(); ++i) put_varint(out, agents.replica(i).value);
  put_varint(out, agents.runs().size());
  std::string who;
  std::string len;
  for (std::size_t i = 0; i < agents.runs().size(); ++i) {
    put_varint(who, agents.runs()[i].agent);
    put_varint(len, agents.run_end(i) - agents.runs()[i].start);
  }
  put_column(out, who);
  put_column(out, len);
  return out;
}

std::string graph_columns(const Graph& graph, Need& need) {
  std::string out;
  put_varint(out, graph.run_count());
  std::string len;
  std::string parents;
  for (std::size_t i = 0; i < graph.run_count(); ++i) {
    const LvRange run = graph.run(i);
    put_varint(len, run.end - run.begin);
    const auto above = graph.run_parents(i);
    put_varint(parents, above.size());
    for (const Lv parent : above) put_varint(parents, run.begin - parent);
    need.parents += above.size();
  }
  put_column(out, len);
  put_column(out, parents);
  return out;
}

std::string cut_columns(const Cuts& cuts) {
  std::string out;
  put_varint(out, cuts.runs().size());
  for (std::size_t i = 0; i < cuts.runs().size(); ++i) {
    const Cuts::Run& run = cuts.runs()[i];
    put_varint(out, run.step);
    put_varint(out, (cuts.run_end(i) - run.start) / run.step);
  }
  return out;
}

std::uint64_t expected_pos(const Op& op) {
  return op.erases ? op.pos : std::uint64_t{op.pos} + op.len;
}

Kind kind_of(const Op& op) {
  if (op.erases) return op.backward ? kEraseBackward : kErase;
  return op.starts_patch ? kInsert : kInsertInPatch;
}

std::string op_columns(const Ops& ops) {
  std::string out;
  put_varint(out, ops.run_count());
  std::string what;
  std::string where;
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < ops.run_count(); ++i) {
    const Op op = ops.run(i);
    put_varint(what, (std::uint64_t{op.len} << 2U) | kind_of(op));
    put_signed(where, static_cast<std::int64_t>(op.pos) - static_cast<std::int64_t>(expected));
    expected = expected_pos(op);
  }
  put_column(out, what);
  put_column(out, where);
  return out;
}

void put_section(std::string& out, Section section, std::string_view raw) {
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), kLevel);
  const bool smaller = ZSTD_isError(size) == 0 && size < raw.size();
  out.push_back(static_cast<char>(section));
  out.push_back(static_cast<char>(smaller ? kZstd : kPlain));
  put_varint(out, raw.size());
  const std::string_view stored = smaller ? std::string_view(packed).substr(0, size) : raw;
  put_varint(out, stored.size());
  out += stored;
}

// --- reading ---

Error broken() {
  return error(ErrorCode::corrupt, "this is not a document, or it is damaged");
}

struct Packed {
  std::uint8_t packing = 0;
  std::uint64_t size = 0;  ///< unpacked
  std::string_view bytes;
};

/// The sections of a file, still packed.
struct Sections {
  Packed columns, content, text;
  bool has_columns = false, has_content = false, has_text = false;
};

bool read_sections(ByteReader& in, Sections& out) {
  while (in.ok() && !in.at_end()) {
    const std::string_view head = in.take(2);
    Packed packed;
    packed.packing = head.empty() ? 0 : static_cast<std::uint8_t>(head[1]);
    packed.size = in.varint();
    packed.bytes = in.take(in.varint());
    if (!in.ok() || (packed.packing == kPlain && packed.size != packed.bytes.size())) return false;
    const auto once = [&](bool& has, Packed& slot) {
      if (has) return false;
      has = true;
      slot = packed;
      return true;
    };
    bool fresh = true;
    if (head[0] == kColumns) fresh = once(out.has_columns, out.columns);
    if (head[0] == kContent) fresh = once(out.has_content, out.content);
    if (head[0] == kText) fresh = once(out.has_text, out.text);
    if (!fresh) return false;
  }
  return in.ok() && out.has_columns && out.has_content;
}

/// Unpacks all sections of a file with one context, which is what costs most of a short one.
class Unpacker {
 public:
  /// The caller has made sure that `packed.size` is within bounds.
  bool unpack(const Packed& packed, std::string& out) {
    if (packed.packing == kPlain) {
      out = packed.bytes;
      return true;
    }
    if (packed.packing != kZstd) return false;
    if (!context_) context_.reset(ZSTD_createDCtx());
    out.resize(packed.size);
    return ZSTD_decompressDCtx(context_.get(), out.data(), out.size(), packed.bytes.data(), packed.bytes.size()) == packed.size;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
};

bool unpack(const Sections& sections, std::string& columns, std::string& content, std::optional<std::string>& text) {
  Unpacker unpacker;
  return unpacker.unpack(sections.columns, columns) && unpacker.unpack(sections.content, content) &&
         (!text || unpacker.unpack(sections.text, *text));
}

bool read_agents(ByteReader& in, Agents& agents, Need& need, std::uint64_t input) {
  const std::uint64_t count = in.varint();
  need.replicas = count;
  if (!need.fits(input)) return false;
  std::vector<ReplicaId> replicas;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) replicas.emplace_back(in.small());
  const std::uint64_t runs = in.varint();
  need.agent_runs = runs;
  if (!in.ok() || !need.fits(input)) return false;
  ByteReader who(in.take(in.varint()));
  ByteReader len(in.take(in.varint()));
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t agent = who.varint();
    const std::uint64_t events = len.varint();
    if (!who.ok() || !len.ok() || agent >= replicas.size() || events == 0 || agents.size() + events >= kMaxEvents) return false;
    agents.append(replicas[agent], static_cast<std::uint32_t>(events));
  }
  return in.ok() && who.at_end() && len.at_end();
}

bool read_parents(ByteReader& in, Lv size, Frontier& parents) {
  parents.clear();
  for (std::uint64_t n = in.varint(); n > 0; --n) {
    const std::uint64_t back = in.varint();
    if (!in.ok() || back == 0 || back > size) return false;
    parents.push_back(size - static_cast<Lv>(back));
    if (parents.size() > 1 && *(parents.end() - 2) >= parents.back()) return false;
  }
  return in.ok();
}

bool read_graph(ByteReader& in, Graph& graph, Need& need, std::uint64_t input) {
  const std::uint64_t runs = in.varint();
  need.graph_runs = runs;
  ByteReader len(in.take(in.varint()));
  const std::string_view parent_bytes = in.take(in.varint());
  need.parents = parent_bytes.size();
  if (!in.ok() || !need.fits(input)) return false;
  ByteReader above(parent_bytes);
  Frontier parents;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t events = len.varint();
    if (!len.ok() || events == 0 || graph.size() + events >= kMaxEvents) return false;
    if (!read_parents(above, graph.size(), parents) || !graph.is_minimal(parents)) return false;
    graph.append(static_cast<std::uint32_t>(events), parents);
  }
  return len.at_end() && above.at_end();
}

bool read_cuts(ByteReader& in, Cuts& cuts, Need& need, std::uint64_t input) {
  const std::uint64_t runs = in.varint();
  need.cuts = runs;
  if (!need.fits(input)) return false;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t step = in.varint();
    const std::uint64_t count = in.varint();
    if (!in.ok() || step == 0 || count == 0 || step >= kMaxEvents || count >= kMaxEvents) return false;
    if (cuts.size() + step * count >= kMaxEvents) return false;
    cuts.append(static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(count));
  }
  return true;
}

/// How many bytes the next `chars` characters of the content take; 0 if there are not so many.
std::size_t content_bytes(std::string_view rest, std::uint64_t chars, bool ascii) {
  if (chars > rest.size()) return 0;
  if (ascii) return chars;
  const std::size_t bytes = utf8::skip_chars(rest, chars);
  return bytes < rest.size() || utf8::count_chars(rest) == chars ? bytes : 0;
}

bool read_ops(ByteReader& in, Ops& ops, std::string content, Need& need, std::uint64_t input) {
  const std::uint64_t runs = in.varint();
  need.ops = runs;
  ByteReader what(in.take(in.varint()));
  ByteReader where(in.take(in.varint()));
  if (!in.ok() || !need.fits(input) || !utf8::valid(content)) return false;
  const bool ascii = utf8::count_chars(content) == content.size();
  ops.adopt(std::move(content), runs);
  std::size_t used = 0;
  constexpr std::int64_t farthest = 2 * std::int64_t{kMaxPosition};  // `expected` may be that far, and back again
  std::int64_t expected = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t head = what.varint();
    const std::int64_t step = where.signed_varint();
    const std::uint64_t len = head >> 2U;
    if (!what.ok() || !where.ok() || len == 0 || ops.size() + len >= kMaxEvents) return false;
    if (step < -farthest || step > farthest) return false;
    const std::int64_t pos = expected + step;
    if (pos < 0 || pos > static_cast<std::int64_t>(kMaxPosition) || len > kMaxPosition) return false;
    const auto kind = static_cast<Kind>(head & 3U);
    Op op;
    op.pos = static_cast<std::uint32_t>(pos);
    op.len = static_cast<std::uint32_t>(len);
    op.erases = kind == kErase || kind == kEraseBackward;
    op.backward = kind == kEraseBackward;
    op.starts_patch = kind != kInsertInPatch;
    op.content = static_cast<std::uint32_t>(used);
    if (!op.erases) {
      const std::size_t bytes = content_bytes(std::string_view(ops.content()).substr(used), len, ascii);
      if (bytes == 0) return false;
      used += bytes;
    }
    ops.adopt(op);
    expected = static_cast<std::int64_t>(expected_pos(op));
  }
  return what.at_end() && where.at_end() && used == ops.content().size();
}

}  // namespace

std::string encode_file(const Log& log, const std::string* text) {
  Need need;
  std::string columns;
  put_varint(columns, log.size());
  columns += agent_columns(log.agents);
  columns += graph_columns(log.graph, need);
  columns += cut_columns(log.cuts);
  columns += op_columns(log.ops);
  need = {columns.size(),           log.ops.content().size(), text == nullptr ? 0 : text->size(),
          log.agents.agent_count(), log.agents.runs().size(), log.graph.run_count(),
          columns.size(),  // an upper bound of the parents' column
          log.cuts.runs().size(),   log.ops.run_count()};
  std::string out(kMagic);
  out.push_back(kVersion);
  out.append(8, '\0');
  put_section(out, kColumns, columns);
  put_section(out, kContent, log.ops.content());
  if (text != nullptr) put_section(out, kText, *text);
  if (!need.fits(out.size())) {
    // So repetitive that the reader's bound on memory would refuse it.
    const std::size_t missing = (need.bytes() - 64 * 1024) / 8 + 1 - out.size();
    out.push_back(static_cast<char>(kPadding));
    out.push_back(static_cast<char>(kPlain));
    put_varint(out, missing);
    put_varint(out, missing);
    out.append(missing, '\0');
  }
  std::string hash;
  put_fixed(hash, xxh64(std::string_view(out).substr(kHashed)));
  out.replace(kMagic.size() + 1, hash.size(), hash);
  return out;
}

Result<File> decode_file(std::string_view bytes) {
  if (bytes.size() < kHashed || bytes.substr(0, kMagic.size()) != kMagic) return broken();
  if (bytes[kMagic.size()] != kVersion) return error(ErrorCode::version, "this document was written by another version");
  ByteReader in(bytes.substr(kMagic.size() + 1));
  if (in.fixed() != xxh64(bytes.substr(kHashed))) return broken();
  Sections sections;
  if (!read_sections(in, sections)) return broken();
  Need need;
  need.columns = sections.columns.size;
  need.content = sections.content.size;
  need.text = sections.text.size;
  const std::uint64_t limit = bytes.size();
  if (std::max({need.columns, need.content, need.text}) > 0xffffffffU || !need.fits(limit)) return broken();
  std::string columns;
  std::string content;
  File file;
  if (sections.has_text) file.text.emplace();
  if (!unpack(sections, columns, content, file.text)) return broken();
  Log& log = file.log;
  ByteReader from(columns);
  const std::uint64_t events = from.varint();
  if (!read_agents(from, log.agents, need, limit) || !read_graph(from, log.graph, need, limit) ||
      !read_cuts(from, log.cuts, need, limit) || !read_ops(from, log.ops, std::move(content), need, limit)) {
    return broken();
  }
  if (!from.at_end() || log.graph.size() != events || log.ops.size() != events || log.agents.size() != events ||
      log.cuts.size() != events) {
    return broken();
  }
  if (file.text && !utf8::valid(*file.text)) return broken();
  return file;
}

}  // namespace tutti::merge

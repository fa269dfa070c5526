#include "sync/merge/file/columns.hpp"

#include <algorithm>
#include <unordered_map>

#include "protocol/base/utf.hpp"
#include "sync/merge/file/need.hpp"

namespace tutti::merge {

namespace {

constexpr std::uint64_t kMaxPosition = 0x3fffffffU;

enum Kind : std::uint8_t { kInsert = 0, kErase = 1, kEraseBackward = 2, kInsertInPatch = 3 };

// --- writing

void put_column(std::string& out, const std::string& column) {
  put_varint(out, column.size());
  out += column;
}

/// Calls `visit(index, LvRange)` for the parts of `table`'s runs that lie in `range`. The table says where a run ends.
template <class Runs, class EndOf, class Visit>
void each_run(const Runs& runs, EndOf end_of, LvRange range, Visit visit) {
  if (range.begin == range.end) return;
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), range.begin, [](Lv at, const auto& run) { return at < run.start; });
  for (auto i = static_cast<std::size_t>(after - runs.begin()) - 1; range.begin < range.end; ++i) {
    const Lv end = std::min(range.end, end_of(i));
    visit(i, LvRange{range.begin, end});
    range.begin = end;
  }
}

void put_agents(std::string& out, const Agents& agents, LvRange range, Need& need) {
  std::unordered_map<std::uint32_t, std::uint32_t> numbers;  // of those who are met, in the order in which they are
  std::string replicas;
  std::string who;
  std::string len;
  std::uint64_t runs = 0;
  each_run(
      agents.runs(), [&](std::size_t i) { return agents.run_end(i); }, range,
      [&](std::size_t i, LvRange part) {
        const std::uint32_t agent = agents.runs()[i].agent;
        const auto [known, fresh] = numbers.try_emplace(agent, static_cast<std::uint32_t>(numbers.size()));
        if (fresh) put_varint(replicas, agents.replica(agent).value);
        put_varint(who, known->second);
        put_varint(len, part.end - part.begin);
        ++runs;
      });
  put_varint(out, numbers.size());
  out += replicas;
  put_varint(out, runs);
  put_column(out, who);
  put_column(out, len);
  need.replicas += numbers.size();
  need.agent_runs += runs;
}

void put_graph(std::string& out, const Graph& graph, LvRange range, Need& need) {
  std::string len;
  std::string parents;
  std::uint64_t runs = 0;
  for (Lv at = range.begin; at < range.end; ++runs) {
    const std::size_t index = graph.run_of(at);
    const LvRange run = graph.run(index);
    const Lv end = std::min(run.end, range.end);
    const Lv previous = at - 1;
    const std::span<const Lv> above = run.begin == at ? graph.run_parents(index) : std::span(&previous, 1);
    put_varint(len, end - at);
    put_varint(parents, above.size());
    for (const Lv parent : above) put_varint(parents, at - parent);
    at = end;
  }
  put_varint(out, runs);
  put_column(out, len);
  put_column(out, parents);
  need.graph_runs += runs;
  need.parents += parents.size();
}

void put_cuts(std::string& out, const Cuts& cuts, LvRange range, Need& need) {
  std::string table;
  std::uint64_t runs = 0;
  each_run(
      cuts.runs(), [&](std::size_t i) { return cuts.run_end(i); }, range,
      [&](std::size_t i, LvRange part) {
        put_varint(table, cuts.runs()[i].step);
        put_varint(table, (part.end - part.begin) / cuts.runs()[i].step);
        ++runs;
      });
  put_varint(out, runs);
  out += table;
  need.cuts += runs;
}

std::uint64_t expected_pos(const Op& op) {
  return op.erases ? op.pos : std::uint64_t{op.pos} + op.len;
}

Kind kind_of(const Op& op) {
  if (op.erases) return op.backward ? kEraseBackward : kErase;
  return op.starts_patch ? kInsert : kInsertInPatch;
}

void put_ops(std::string& out, const Ops& ops, LvRange range, Need& need) {
  std::string what;
  std::string where;
  std::uint64_t runs = 0;
  std::uint64_t expected = 0;
  ops.each(range.begin, range.end, [&](const Op& op) {
    put_varint(what, (std::uint64_t{op.len} << 2U) | kind_of(op));
    put_signed(where, static_cast<std::int64_t>(op.pos) - static_cast<std::int64_t>(expected));
    expected = expected_pos(op);
    ++runs;
  });
  put_varint(out, runs);
  put_column(out, what);
  put_column(out, where);
  need.ops += runs;
}

// --- reading

/// A number of things that take `least` bytes each, or more, of what is left. More than can be there counts as damage, so that
/// sums of such numbers do not overflow.
std::uint64_t count_of(ByteReader& in, std::uint64_t least) {
  const std::uint64_t count = in.varint();
  return count <= in.rest().size() / least ? count : in.fail();
}

/// What the readers of the tables share.
struct Reading {
  ByteReader in;
  Lv end;  ///< events that there are to be in the log
};

bool read_agents(Reading& r, Agents& agents) {
  const std::uint64_t count = count_of(r.in, 1);
  std::vector<ReplicaId> replicas;
  replicas.reserve(count);
  for (std::uint64_t i = 0; i < count && r.in.ok(); ++i) replicas.emplace_back(r.in.small());
  const std::uint64_t runs = count_of(r.in, 2);
  ByteReader who(r.in.take(r.in.varint()));
  ByteReader len(r.in.take(r.in.varint()));
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t agent = who.varint();
    const std::uint64_t events = len.varint();
    if (!who.ok() || !len.ok() || agent >= replicas.size() || events == 0 || events > r.end - agents.size()) return false;
    agents.append(replicas[agent], static_cast<std::uint32_t>(events));
  }
  return r.in.ok() && who.at_end() && len.at_end() && agents.size() == r.end;
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

bool read_graph(Reading& r, Graph& graph) {
  const std::uint64_t runs = count_of(r.in, 2);
  ByteReader len(r.in.take(r.in.varint()));
  ByteReader above(r.in.take(r.in.varint()));
  Frontier parents;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t events = len.varint();
    if (!len.ok() || events == 0 || events > r.end - graph.size()) return false;
    if (!read_parents(above, graph.size(), parents) || !graph.reaches(parents) || !graph.is_minimal(parents)) return false;
    graph.append(static_cast<std::uint32_t>(events), parents);
  }
  return len.at_end() && above.at_end() && graph.size() == r.end;
}

bool read_cuts(Reading& r, Cuts& cuts) {
  const std::uint64_t runs = count_of(r.in, 2);
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t step = r.in.varint();
    const std::uint64_t count = r.in.varint();
    if (!r.in.ok() || step == 0 || count == 0 || step > r.end || count > r.end) return false;
    if (step * count > r.end - cuts.size()) return false;
    cuts.append(static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(count));
  }
  return cuts.size() == r.end;
}

/// Cuts the content into the texts of the inserts. Only those that are not ASCII are looked at.
class Texts {
 public:
  explicit Texts(std::string_view content) : rest_(content), ascii_(utf8::ascii_prefix(content)) {}

  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] bool valid() const { return utf8::valid(rest_.substr(ascii_)); }
  /// Whether there are so many characters.
  bool take(std::uint64_t chars) {
    if (chars > ascii_) return take_wide(chars);
    rest_.remove_prefix(chars);
    ascii_ -= chars;
    return true;
  }

 private:
  bool take_wide(std::uint64_t chars) {
    const std::size_t bytes = utf8::skip_chars(rest_, chars);
    if (bytes == rest_.size() && utf8::count_chars(rest_) != chars) return false;
    rest_.remove_prefix(bytes);
    ascii_ = utf8::ascii_prefix(rest_);
    return true;
  }

  std::string_view rest_;
  std::size_t ascii_;  ///< bytes of the rest before the first that is not
};

/// `expected` is below 2^32, so that no step leads astray by an overflow. A column that ends too soon reads as zeros.
Op read_op(ByteReader& what, ByteReader& where, std::uint64_t expected, std::uint64_t most, bool& fine) {
  const std::uint64_t head = what.varint();
  const std::uint64_t pos = expected + static_cast<std::uint64_t>(where.signed_varint());
  const std::uint64_t len = head >> 2U;
  const auto kind = static_cast<Kind>(head & 3U);
  fine = len > 0 && len <= most && len <= kMaxPosition && pos <= kMaxPosition;
  Op op;
  op.pos = static_cast<std::uint32_t>(pos);
  op.len = static_cast<std::uint32_t>(len);
  op.erases = kind == kErase || kind == kEraseBackward;
  op.backward = kind == kEraseBackward;
  op.starts_patch = kind != kInsertInPatch;
  return op;
}

bool read_ops(Reading& r, std::string content, Ops& ops) {
  const std::uint64_t runs = count_of(r.in, 2);
  ByteReader what(r.in.take(r.in.varint()));
  ByteReader where(r.in.take(r.in.varint()));
  const std::size_t held = ops.content().size();
  if (!r.in.ok() || content.size() >= 0xffffffffU - held) return false;
  ops.adopt(std::move(content));
  Texts texts(std::string_view(ops.content()).substr(held));
  if (!texts.valid()) return false;
  const std::size_t end = ops.content().size();
  std::uint64_t expected = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    bool fine = false;
    Op op = read_op(what, where, expected, r.end - ops.size(), fine);
    op.content = static_cast<std::uint32_t>(end - texts.left());
    if (!fine || !texts.take(op.erases ? 0 : op.len)) return false;
    ops.adopt(op);
    expected = expected_pos(op);
  }
  return what.ok() && where.ok() && what.at_end() && where.at_end() && texts.left() == 0 && ops.size() == r.end;
}

}  // namespace

std::string put_columns(const Log& log, LvRange range, std::uint64_t& memory) {
  std::string out;
  Need need;
  put_agents(out, log.agents, range, need);
  put_graph(out, log.graph, range, need);
  put_cuts(out, log.cuts, range, need);
  put_ops(out, log.ops, range, need);
  need.columns = out.size();
  memory = need.bytes();
  return out;
}

std::string_view content_of(const Log& log, LvRange range) {
  if (range.begin == range.end) return {};
  const std::uint32_t begin = log.ops.content_before(range.begin);
  return std::string_view(log.ops.content()).substr(begin, log.ops.content_before(range.end) - begin);
}

bool need_of(std::string_view columns, Need& need) {
  ByteReader in(columns);
  const auto skip_column = [&] { return in.take(in.varint()).size(); };
  need = {};
  need.columns = columns.size();
  need.replicas = count_of(in, 1);
  for (std::uint64_t i = 0; i < need.replicas; ++i) (void)in.varint();
  need.agent_runs = count_of(in, 2);
  skip_column(), skip_column();
  need.graph_runs = count_of(in, 2);
  skip_column();
  need.parents = skip_column();
  need.cuts = count_of(in, 2);
  for (std::uint64_t i = 0; i < 2 * need.cuts; ++i) (void)in.varint();
  need.ops = count_of(in, 2);
  skip_column(), skip_column();
  return in.ok() && in.at_end();
}

void expect(Log& log, const Need& need, std::uint64_t content) {
  log.agents.expect_runs(need.agent_runs);
  log.graph.expect(need.graph_runs, need.parents);
  log.cuts.expect(need.cuts);
  log.ops.expect(need.ops, content);
}

bool read_columns(std::string_view columns, std::string content, Lv count, Log& log) {
  if (count >= kMaxEvents - log.size()) return false;
  Reading r{ByteReader(columns), log.size() + count};
  return read_agents(r, log.agents) && read_graph(r, log.graph) && read_cuts(r, log.cuts) &&
         read_ops(r, std::move(content), log.ops) && r.in.at_end();
}

void put_cut(std::string& out, const Cut& cut) {
  put_varint(out, cut.events);
  put_varint(out, cut.known.size());
  for (const auto& [replica, next] : cut.known) {
    put_varint(out, replica.value);
    put_varint(out, next.value);
  }
  put_varint(out, cut.head.replica.value);
  put_varint(out, cut.head.seq.value);
}

std::uint64_t memory_of_cut(std::uint64_t bytes, std::uint64_t replicas) {
  return bytes + 96 * replicas;
}

bool read_cut(std::string_view bytes, std::uint64_t memory, Cut& cut) {
  ByteReader in(bytes);
  const std::uint64_t events = in.varint();
  const std::uint64_t replicas = count_of(in, 2);
  if (!in.ok() || events >= kMaxEvents || memory_of_cut(bytes.size(), replicas) > memory) return false;
  cut.events = static_cast<Lv>(events);
  cut.known.reserve(replicas);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < replicas; ++i) {
    const ReplicaId replica(in.small());
    const std::uint64_t next = in.small();
    if (!in.ok() || next == 0 || (!cut.known.empty() && cut.known.back().first >= replica)) return false;
    cut.known.emplace_back(replica, Seq(next));
    sum += next;
  }
  cut.head = {ReplicaId(in.small()), Seq(in.small())};
  if (!in.ok() || !in.at_end() || sum != events) return false;
  // The newest event is the newest of its replica, too.
  const auto owner =
      std::find_if(cut.known.begin(), cut.known.end(), [&](const auto& k) { return k.first == cut.head.replica; });
  return events == 0 || (owner != cut.known.end() && owner->second == cut.head.seq + 1);
}

}  // namespace tutti::merge

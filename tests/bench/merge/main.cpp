// Times the merge engine on editing histories and prints a line of JSON for each figure, with the floors of the same run.
//
//   bench_merge [--traces DIR] [--trace NAME] [--metric NAME] [--reps N]
//   bench_merge --hostile EVENTS [--trace NAME] [--reps N]
//
// Times are milliseconds; encoded, held and peak are bytes. `ok` says that the text is the one that the trace promises; it ends
// with 1 where one was not.
// --hostile takes in histories made to be dear, in one batch, of EVENTS events and of four times as many. `growth` is how many
// times longer that took (n log n: 4.5), and `ok` that it is well below what n to the power of 1.5 would give. `step` is the
// longest of the ten changes that then come one by one, `late` the longest step that one who saw nothing of it all causes when
// he writes, `bulk` the same where he writes as often as one change may, `undo` the longest step of an undo of the oldest edit
// at the end of it all, `redo` that of a redo and another undo, `open` of opening it
// from a file, `news` of giving its changes out, and `ok` that none would hold up a loop for 5 ms. That hangs on the machine,
// and has no say in how it ends.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "sync/merge/document.hpp"
#include "sync/merge/past/undo.hpp"
#include "tests/bench/merge/floors.hpp"
#include "tests/bench/merge/measure.hpp"
#include "tests/bench/merge/options.hpp"
#include "tests/bench/merge/trace.hpp"
#include "tests/merge/hostile.hpp"
#include "tests/support/heap.hpp"

namespace {

using namespace tutti;
using namespace tutti::bench;
using merge::Document;
using merge::Favour;
using merge::Limits;
using merge::Parts;

constexpr std::uint64_t kPrepareSteps = 20'000;
constexpr std::uint64_t kUndoSteps = kPrepareSteps / 2;

bool all_right = true;  ///< every text so far was the promised one
bool printed = false;   ///< any line

Limits wide_limits() {
  Limits limits;
  limits.insert_bytes = 8 * 1024 * 1024;
  limits.patches = 1U << 20U;
  return limits;
}

bool is(const Document& document, const std::string& text) {
  return document.text().str() == text;
}

bool local(const Trace& trace) {
  Document document(wide_limits());
  const ReplicaId me(0);
  for (const FlatPatch& patch : trace.flat) {
    const auto text = std::string_view(trace.content).substr(patch.text, patch.bytes);
    if (!document.replace(me, text::Chars(patch.at), text::Chars(patch.erase), text)) return false;
  }
  return is(document, trace.end);
}

bool incremental(const Trace& trace) {
  Document document(wide_limits());
  for (const merge::Change& change : trace.changes) {
    if (!document.apply({&change, 1})) return false;
  }
  return is(document, trace.end);
}

bool merge_all(const std::string& bytes, const std::string& text) {
  const auto document = Document::decode(bytes, wide_limits());
  return document && is(*document, text);
}

/// Text first: what is before it is not looked at.
bool load(const std::string& bytes, Result<Document>& document) {
  document = Document::open(bytes, wide_limits());
  return document.ok();
}

/// From an opened document to one with all of its history.
bool load_history(const std::string& bytes, Result<Document>& document) {
  return load(bytes, document) && document->unfold();
}

void print_line(const Trace& trace, const std::string& metric, double cpu, double wall, int n, bool ok) {
  std::printf("{\"peer\":\"ours\",\"trace\":\"%s\",\"metric\":\"%s\",\"cpu_median\":%.6g,\"median\":%.6g,\"n\":%d,\"ok\":%s}\n",
              trace.name.c_str(), metric.c_str(), cpu, wall, n, ok ? "true" : "false");
  std::fflush(stdout);
  printed = true;
}

void print(const Trace& trace, const std::string& metric, double cpu, double wall, int n, bool ok) {
  all_right = all_right && ok;
  print_line(trace, metric, cpu, wall, n, ok);
}

/// Whether that was quick enough; which does not make it wrong.
void print_pace(const Trace& trace, const std::string& metric, std::vector<double> cpu, std::vector<double> wall) {
  const int n = static_cast<int>(cpu.size());
  const double middle = median(std::move(cpu));
  print_line(trace, metric, middle, median(std::move(wall)), n, middle < 5);
}

void print_bytes(const Trace& trace, const std::string& metric, std::size_t bytes) {
  const auto value = static_cast<double>(bytes);
  print(trace, metric, value, value, 1, true);
}

Document whole(const Trace& trace) {
  Document document(wide_limits());
  const auto done = document.apply(trace.changes);
  if (!done) std::fprintf(stderr, "%s: %s\n", trace.name.c_str(), done.error().message.c_str());
  return document;
}

void memory(const Trace& trace, const std::string& history) {
  test::reset_heap_peak();
  const std::size_t before = test::heap().live;
  const auto document = Document::decode(history, wide_limits());
  const auto [held, peak] = std::pair(test::heap().live - before, test::heap().peak - before);
  if (!document || !is(*document, trace.end)) return print(trace, "held", 0, 0, 1, false);
  print_bytes(trace, "held", held);
  print_bytes(trace, "peak", peak);
}

void bench_trace(const Trace& trace, const Options& options) {
  const Document document = whole(trace);
  const std::string history = document.encode(Parts::history);
  const std::string file = document.encode(Parts::history_and_text, Favour::speed);
  const std::string_view text(trace.end);
  std::string copy(text.size(), '\0');
  std::vector<Task> tasks;
  const auto add = [&](const char* metric, std::function<bool()> run, std::function<bool()> check = {}) {
    if (options.metric.empty() || options.metric == metric) tasks.push_back({metric, std::move(run), std::move(check)});
  };
  Result<Document> loaded = Document();
  std::string encoded;
  const Floors floors = trace.sequential ? Floors(trace.flat, trace.content, trace.end) : Floors(document.log(), trace.end);
  if (trace.sequential) {
    add("floor_local", [&] { return floors.local(); });
    add("local", [&] { return local(trace); });
  }
  add("floor_replay", [&] { return floors.replay(); });
  add("merge_all", [&] { return merge_all(history, trace.end); });
  add("merge_incremental", [&] { return incremental(trace); });
  add(
      "load", [&] { return load(file, loaded); }, [&] { return is(*loaded, trace.end); });
  add(
      "load_history", [&] { return load_history(file, loaded); },
      [&] { return is(*loaded, trace.end) && merge_all(loaded->encode(Parts::history), trace.end); });
  add(
      "encode", [&] { return !(encoded = document.encode(Parts::history)).empty(); },
      [&] { return encoded == history && merge_all(encoded, trace.end); });
  add("floor_memcpy", [&] {
    std::memcpy(copy.data(), text.data(), text.size());
    return copy == text;
  });
  run_all(tasks, options.reps);
  for (const Task& task : tasks) {
    std::vector<double> cpu;
    std::vector<double> wall;
    for (const Moment& m : task.taken) {
      cpu.push_back(m.cpu);
      wall.push_back(m.wall);
    }
    print(trace, task.metric, median(cpu), median(wall), options.reps, task.ok);
  }
  if (!options.metric.empty()) return;
  print_bytes(trace, "encoded", history.size());
  print_bytes(trace, "encoded_with_text", file.size());
  memory(trace, history);
}

/// Takes a change in as a hub does, made ready for part by part. The longest of the parts, or nothing when it failed.
std::optional<Moment> longest_part(Document& document, const merge::Change& change) {
  Moment longest;
  const auto timed = [&](auto work) {
    const Moment start = now();
    const bool done = work();
    const Moment end = now();
    longest = {std::max(longest.cpu, end.cpu - start.cpu), std::max(longest.wall, end.wall - start.wall)};
    return done;
  };
  while (!timed([&] { return *document.prepare(change, kPrepareSteps); })) {
  }
  if (!timed([&] { return document.apply({&change, 1}).ok(); })) return std::nullopt;
  return longest;
}

/// The longest of the parts in which the last changes of a history are taken in.
void bench_step(const Trace& history, const Options& options) {
  constexpr std::size_t last = 10;
  Trace trace = history;
  const std::vector<merge::Change> steps(trace.changes.end() - last, trace.changes.end());
  trace.changes.resize(trace.changes.size() - last);
  std::vector<double> cpu;
  std::vector<double> wall;
  for (int i = 0; i < options.reps; ++i) {
    Document document = whole(trace);
    Moment longest;
    for (const merge::Change& change : steps) {
      const std::optional<Moment> part = longest_part(document, change);
      if (!part) return print(trace, "step", 0, 0, options.reps, false);
      longest = {std::max(longest.cpu, part->cpu), std::max(longest.wall, part->wall)};
    }
    cpu.push_back(longest.cpu);
    wall.push_back(longest.wall);
  }
  print_pace(trace, "step", cpu, wall);
}

/// Somebody who saw nothing but the first change writes, so often in one change, into a document that was just loaded: the
/// longest of the steps that it takes to make ready for that, and of taking it in.
void bench_late(const Trace& trace, const std::string& metric, std::size_t patches, const Options& options) {
  const std::string bytes = whole(trace).encode();
  const merge::Change& base = trace.changes.front();
  const merge::EventName seen{base.replica, base.seq + (merge::event_count(base) - 1)};
  merge::Change late{ReplicaId(0x7fffffff), Seq(0), {seen}, {}};
  for (std::size_t i = 0; i < patches; ++i) late.patches.push_back({text::Chars(1 + i % 2 * i), text::Chars(0), "l"});
  std::vector<double> cpu;
  std::vector<double> wall;
  double steps = 0;
  for (int i = 0; i < options.reps; ++i) {
    auto document = Document::open(bytes, wide_limits());
    if (!document) return print(trace, metric, 0, 0, options.reps, false);
    const std::optional<Moment> longest = longest_part(*document, late);
    if (!longest) return print(trace, metric, 0, 0, options.reps, false);
    steps = static_cast<double>(document->work());
    cpu.push_back(longest->cpu);
    wall.push_back(longest->wall);
  }
  print_pace(trace, metric, cpu, wall);
  print(trace, metric + "_steps", steps, steps, 1, true);
}

/// The longest of the steps in which it is opened, by somebody who comes, and its changes are given out to somebody who lacks
/// them (`news`).
void bench_open(const Trace& trace, const Options& options) {
  constexpr std::size_t most = 1024;  // changes
  const std::string bytes = whole(trace).encode();
  std::vector<double> cpu[2];
  std::vector<double> wall[2];
  for (int i = 0; i < options.reps; ++i) {
    Moment longest[2];
    const auto timed = [&](Moment& most_yet, auto work) {
      const Moment start = now();
      auto result = work();
      const Moment end = now();
      most_yet = {std::max(most_yet.cpu, end.cpu - start.cpu), std::max(most_yet.wall, end.wall - start.wall)};
      return result;
    };
    auto document = timed(longest[0], [&] { return Document::begin_open(bytes, wide_limits()); });
    while (document && !*timed(longest[0], [&] { return document->open_some(kUndoSteps); })) {
    }
    if (!document || !is(*document, trace.end)) return print(trace, "open", 0, 0, options.reps, false);
    merge::Known known;
    merge::add_to(known, {&trace.changes.front(), 1});
    while (!*timed(longest[1], [&] { return document->unfold_some(kUndoSteps); })) {
    }
    for (std::size_t given = most; given == most;) {
      const auto some = timed(longest[1], [&] { return *document->since(known, most); });
      given = some.size();
      merge::add_to(known, some);
    }
    for (const int which : {0, 1}) {
      cpu[which].push_back(longest[which].cpu);
      wall[which].push_back(longest[which].wall);
    }
  }
  print_pace(trace, "open", cpu[0], wall[0]);
  print_pace(trace, "news", cpu[1], wall[1]);
}

using Ask = Result<merge::UndoStack::Done> (merge::UndoStack::*)(Document&, ReplicaId, std::uint64_t);

/// The longest of the steps that an undo or redo takes; nothing when it is refused.
std::optional<Moment> longest_step(merge::UndoStack& stack, Ask ask, Document& document, ReplicaId me) {
  Moment longest;
  for (bool done = false; !done; ask = &merge::UndoStack::go_on) {
    const Moment start = now();
    const bool fine = (stack.*ask)(document, me, kUndoSteps).ok();
    const Moment end = now();
    if (!fine) return std::nullopt;
    done = !stack.waits();
    longest = {std::max(longest.cpu, end.cpu - start.cpu), std::max(longest.wall, end.wall - start.wall)};
  }
  return longest;
}

/// Somebody put a word in the place of a character at the beginning, and takes that back at the end (`undo`), brings it back
/// and takes it back again (`redo`): the longest of the steps that this takes.
void bench_undo(const Trace& trace, const Options& options) {
  const ReplicaId me(0x7fffffff);
  std::vector<double> cpu[2];
  std::vector<double> wall[2];
  for (int i = 0; i < options.reps; ++i) {
    Document document(wide_limits());
    merge::UndoStack stack;
    (void)document.apply({&trace.changes.front(), 1});
    stack.note(document, *document.edit(me, text::Delta().erase(text::Chars(1)).insert("mine")), Instant(1));
    if (!document.apply(trace.changes)) return print(trace, "undo", 0, 0, options.reps, false);
    const auto undone = longest_step(stack, &merge::UndoStack::undo, document, me);
    if (!undone) return;  // more heads than an edit may have
    const std::string text = document.text().str();
    const auto redone = longest_step(stack, &merge::UndoStack::redo, document, me);
    const auto again = longest_step(stack, &merge::UndoStack::undo, document, me);
    if (!redone || !again || !is(document, text)) return print(trace, "redo", 0, 0, options.reps, false);
    cpu[0].push_back(undone->cpu);
    wall[0].push_back(undone->wall);
    cpu[1].push_back(std::max(redone->cpu, again->cpu));
    wall[1].push_back(std::max(redone->wall, again->wall));
  }
  print_pace(trace, "undo", cpu[0], wall[0]);
  print_pace(trace, "redo", cpu[1], wall[1]);
}

/// CPU time of taking the whole history in and of making the text.
double take_in_all(test::Hostile kind, std::uint32_t events, const Options& options) {
  Trace trace;
  trace.name = std::string(test::name_of(kind)) + "-" + std::to_string(events);
  trace.changes = test::hostile_history(kind, events);
  const std::string text = whole(trace).text().str();
  std::vector<Task> tasks{{"merge_all", [&] { return is(whole(trace), text); }}};
  run_all(tasks, options.reps);
  std::vector<double> cpu;
  std::vector<double> wall;
  for (const Moment& m : tasks[0].taken) {
    cpu.push_back(m.cpu);
    wall.push_back(m.wall);
  }
  print(trace, "merge_all", median(cpu), median(wall), options.reps, tasks[0].ok);
  trace.end = text;
  const std::string history = whole(trace).encode(Parts::history);
  print_bytes(trace, "encoded", history.size());
  memory(trace, history);
  bench_step(trace, options);
  bench_late(trace, "late", 1, options);
  bench_late(trace, "bulk", Limits{}.patches, options);
  bench_undo(trace, options);
  bench_open(trace, options);
  return median(cpu);
}

void bench_hostile(test::Hostile kind, const Options& options) {
  const double few = take_in_all(kind, options.hostile, options);
  const double many = take_in_all(kind, 4 * options.hostile, options);
  Trace trace;
  trace.name = test::name_of(kind);
  print_line(trace, "growth", many / few, many / few, options.reps, many / few < 8);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  if (options.hostile > 0) {
    for (const test::Hostile kind : test::kHostile) {
      if (options.trace.empty() || options.trace == test::name_of(kind)) bench_hostile(kind, options);
    }
  } else {
    const auto traces = options.traces.empty() ? make_traces() : read_traces(options.traces, options.trace);
    for (const Trace& trace : traces) {
      if (options.trace.empty() || options.trace == trace.name) bench_trace(trace, options);
    }
  }
  if (!printed) give_up("no trace or no metric is called so");
  return all_right ? 0 : 1;
}

#include "tests/bench/merge/trace.hpp"

#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>

#include "protocol/base/utf.hpp"
#include "tests/bench/merge/options.hpp"

namespace tutti::bench {

namespace {

using merge::Change;
using merge::Version;

std::string unzip(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) give_up("cannot open " + path);
  std::string text;
  std::string piece(1U << 20U, '\0');
  for (int n = 0; (n = gzread(file, piece.data(), static_cast<unsigned>(piece.size()))) > 0;) {
    text.append(piece, 0, static_cast<std::size_t>(n));
  }
  gzclose(file);
  return text;
}

void add_patch(Trace& trace, Change& change, simdjson::dom::element patch) {
  const std::uint64_t at = patch.at(0).get_uint64();
  const std::uint64_t erase = patch.at(1).get_uint64();
  const std::string_view text = patch.at(2).get_string();
  if (erase == 0 && text.empty()) return;
  change.patches.push_back({text::Chars(at), text::Chars(erase), std::string(text)});
  if (!trace.sequential) return;
  trace.flat.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(erase),
                        static_cast<std::uint32_t>(trace.content.size()), static_cast<std::uint32_t>(text.size()),
                        static_cast<std::uint32_t>(utf8::count_chars(text))});
  trace.content += text;
}

/// The version after each transaction; one without patches stands for its parents.
class Versions {
 public:
  Version of(const std::vector<std::size_t>& transactions) const {
    Version version;
    for (const std::size_t t : transactions) version.insert(version.end(), after_[t].begin(), after_[t].end());
    std::sort(version.begin(), version.end());
    version.erase(std::unique(version.begin(), version.end()), version.end());
    return version;
  }
  void add(Version version) { after_.push_back(std::move(version)); }

 private:
  std::vector<Version> after_;
};

Trace parse(const std::string& name, const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(json).get(root) != simdjson::SUCCESS) give_up("cannot parse " + name);
  Trace trace;
  trace.name = name;
  trace.end = std::string(root["endContent"].get_string().value());
  trace.sequential = root["kind"].error() != simdjson::SUCCESS;
  trace.end_is_promised = true;
  Versions versions;
  std::vector<std::uint64_t> next_seq;
  std::size_t index = 0;
  for (const simdjson::dom::element txn : root["txns"].get_array()) {
    const std::uint64_t agent = trace.sequential ? 0 : txn["agent"].get_uint64().value();
    next_seq.resize(std::max<std::size_t>(next_seq.size(), agent + 1));
    std::vector<std::size_t> parents;
    if (!trace.sequential) {
      for (const simdjson::dom::element parent : txn["parents"].get_array()) parents.push_back(parent.get_uint64().value());
    } else if (index > 0) {
      parents.push_back(index - 1);
    }
    Change change{ReplicaId(static_cast<std::uint32_t>(agent)), Seq(next_seq[agent]), versions.of(parents), {}};
    for (const simdjson::dom::element patch : txn["patches"].get_array()) add_patch(trace, change, patch);
    const std::uint64_t events = merge::event_count(change);
    next_seq[agent] += events;
    if (events == 0) {
      versions.add(change.parents);
    } else {
      versions.add({{change.replica, Seq(next_seq[agent] - 1)}});
      trace.changes.push_back(std::move(change));
    }
    ++index;
  }
  return trace;
}

}  // namespace

std::vector<Trace> read_traces(const std::string& folder, const std::string& only) {
  std::vector<std::string> names;
  constexpr std::string_view suffix = ".json.gz";
  std::error_code failed;
  const std::filesystem::directory_iterator entries(folder, failed);
  if (failed) give_up("cannot read " + folder + ": " + failed.message());
  for (const auto& entry : entries) {
    const std::string file = entry.path().filename().string();
    if (file.size() <= suffix.size() || !file.ends_with(suffix)) continue;
    const std::string name = file.substr(0, file.size() - suffix.size());
    if (only.empty() || only == name) names.push_back(name);
  }
  if (names.empty()) give_up("no trace in " + folder + (only.empty() ? "" : " is called " + only));
  std::sort(names.begin(), names.end());
  std::vector<Trace> traces;
  for (const std::string& name : names) traces.push_back(parse(name, unzip(folder + "/" + name + std::string(suffix))));
  return traces;
}

}  // namespace tutti::bench

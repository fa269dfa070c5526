// Times what it costs that an acknowledged edit survives a power cut, and prints a line of JSON for each figure.
//
//   bench_durability [--reps N] [--ms N] [--rate N] [--store sqlite|postgres]
//
// The hub's own Writer commits to a real SQLite file and to a real PostgreSQL server, both on the disk of the temporary folder:
// in groups, as a hub does, and one edit for each commit. `acked_per_s` is with 256 edits always waiting; `ack_ms` is how long
// an edit waits for its acknowledgement when `rate` of them are typed in a second. `ratio` sets groups against one for each
// commit, of the same run: for times below 1 is better, for rates above 1. `floor` is the disk alone. `ok` says that the store
// has every acknowledged edit once.

#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "sync/net/log.hpp"
#include "sync/store/postgres/postgres_store.hpp"
#include "sync/store/sqlite/sqlite_store.hpp"
#include "tests/bench/durability/figures.hpp"
#include "tests/bench/durability/floor.hpp"
#include "tests/bench/durability/load.hpp"
#include "tests/support/cluster.hpp"

namespace {

using namespace tutti;
using namespace tutti::bench;

struct Options {
  int reps = 5;
  std::chrono::milliseconds lasts{1500};
  double rate = 500;
  std::string store;
};

struct Way {
  const char* name;
  hub::GroupBounds group;
};
constexpr Way ways[] = {{"groups", {}}, {"one_per_commit", {1, 1}}};

/// All that was measured of one way on one store.
struct Measured {
  std::vector<double> acked_per_s;
  std::vector<double> ack_ms;
  bool ok = true;
};
using Key = std::pair<std::string, std::string>;

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    if (flag == "--reps") options.reps = std::max(1, std::atoi(argv[i + 1]));
    if (flag == "--ms") options.lasts = std::chrono::milliseconds(std::max(100, std::atoi(argv[i + 1])));
    if (flag == "--rate") options.rate = std::max(1.0, std::atof(argv[i + 1]));
    if (flag == "--store") options.store = argv[i + 1];
  }
  return options;
}

void take(const std::shared_ptr<store::Store>& store, const Way& way, const Options& options, Measured& into) {
  const auto full = put_on(store, {options.lasts, 256, 0, way.group});
  const auto typed = put_on(store, {options.lasts, 0, options.rate, way.group});
  into.acked_per_s.push_back(static_cast<double>(full.ack_ms.size()) / full.seconds);
  into.ack_ms.insert(into.ack_ms.end(), typed.ack_ms.begin(), typed.ack_ms.end());
  into.ok = into.ok && full.ok && typed.ok;
}

void print(const Key& key, const Measured& measured, const Options& options) {
  const char* ok = measured.ok ? "true" : "false";
  std::printf("{\"store\":\"%s\",\"way\":\"%s\",\"metric\":\"acked_per_s\",\"median\":%.6g,\"n\":%zu,\"ok\":%s}\n",
              key.first.c_str(), key.second.c_str(), quantile(measured.acked_per_s, 0.5), measured.acked_per_s.size(), ok);
  std::printf(
      "{\"store\":\"%s\",\"way\":\"%s\",\"metric\":\"ack_ms\",\"rate\":%g,\"p50\":%.4g,\"p99\":%.4g,\"n\":%zu,\"ok\":%s}\n",
      key.first.c_str(), key.second.c_str(), options.rate, quantile(measured.ack_ms, 0.5), quantile(measured.ack_ms, 0.99),
      measured.ack_ms.size(), ok);
}

void print_ratio(const std::string& store, const char* metric, double groups, double one) {
  std::printf("{\"store\":\"%s\",\"metric\":\"ratio_%s\",\"median\":%.4g}\n", store.c_str(), metric, groups / one);
}

void print_ratios(const std::string& store, const Measured& groups, const Measured& one) {
  print_ratio(store, "acked_per_s", quantile(groups.acked_per_s, 0.5), quantile(one.acked_per_s, 0.5));
  print_ratio(store, "ack_ms_p50", quantile(groups.ack_ms, 0.5), quantile(one.ack_ms, 0.5));
  print_ratio(store, "ack_ms_p99", quantile(groups.ack_ms, 0.99), quantile(one.ack_ms, 0.99));
}

void print_floor(const std::vector<double>& times) {
  std::printf(
      "{\"store\":\"disk\",\"way\":\"write 4 KiB, fdatasync\",\"metric\":\"floor\",\"p50\":%.4g,\"p99\":%.4g,\"n\":%zu}\n",
      quantile(times, 0.5), quantile(times, 0.99), times.size());
}

std::map<std::string, std::shared_ptr<store::Store>> open_stores(const std::string& folder, const Options& options) {
  std::map<std::string, std::shared_ptr<store::Store>> stores;
  if (options.store != "postgres") {
    if (auto opened = store::SqliteStore::open({folder + "/hub.db"})) stores["sqlite"] = std::move(*opened);
  }
  if (options.store != "sqlite") {
    if (auto opened = store::PostgresStore::open({test::Cluster::shared().url("postgres")})) {
      stores["postgres"] = std::move(*opened);
    }
  }
  return stores;
}

/// In turns, so that a slow stretch of the machine meets all of them alike.
bool measure(const std::string& folder, const Options& options) {
  auto stores = open_stores(folder, options);
  std::map<Key, Measured> all;
  std::vector<double> floor;
  for (int rep = 0; rep < options.reps; ++rep) {
    for (const auto& [name, kept] : stores) {
      for (const auto& way : ways) take(kept, way, options, all[{name, way.name}]);
    }
    const auto times = sync_times(folder, options.lasts / 5);
    floor.insert(floor.end(), times.begin(), times.end());
  }
  bool ok = stores.size() == (options.store.empty() ? 2 : 1);
  for (const auto& [key, measured] : all) {
    print(key, measured, options);
    ok = ok && measured.ok;
  }
  for (const auto& [name, kept] : stores) print_ratios(name, all[{name, "groups"}], all[{name, "one_per_commit"}]);
  print_floor(floor);
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse(argc, argv);
  net::set_log_level(net::LogLevel::warn);
  const auto folder = std::filesystem::temp_directory_path() / ("tutti-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const bool ok = measure(folder.string(), options);
  std::filesystem::remove_all(folder);
  return ok ? 0 : 1;
}

#include "tests/support/cluster.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/nontransaction>

/// libpqxx 6 keeps libpq's last answer, about 2 KiB, of every connection that was lost. Read by LeakSanitizer alone.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx\n";
}

namespace tutti::test {

namespace {

struct Run {
  int status = 0;
  std::string line;  ///< the first of its output
};

Run script(const std::string& command, const std::string& folder, std::string_view more = {}) {
  const auto words =
      std::string(TUTTI_SOURCE_DIR "/tests/support/postgres.sh ") + command + " '" + folder + "' " + std::string(more);
  Run run;
  auto* pipe = ::popen(words.c_str(), "re");
  std::array<char, 256> bytes{};
  if (std::fgets(bytes.data(), bytes.size(), pipe) != nullptr) run.line = bytes.data();
  while (std::fgets(bytes.data(), bytes.size(), pipe) != nullptr) continue;
  run.status = ::pclose(pipe);
  while (!run.line.empty() && run.line.back() == '\n') run.line.pop_back();
  return run;
}

std::string must(const Run& run, const char* what) {
  if (run.status == 0) return run.line;
  std::cerr << "postgres.sh cannot " << what << " its server\n";
  std::abort();  // nothing that follows could mean anything
}

std::string own_folder() {
  static int count = 0;
  const auto name = "tutti-postgres-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
  return (std::filesystem::temp_directory_path() / name).string();
}

}  // namespace

Cluster::Cluster() : Cluster(own_folder()) {
  start();
}

Cluster::Cluster(std::string folder) : folder_(std::move(folder)) {}

Cluster::~Cluster() {
  if (ours_) script("remove", folder_);
}

Cluster& Cluster::shared() {
  static Cluster cluster([] {
    const auto running = script("url", TUTTI_TEST_CLUSTER, "2>/dev/null");
    return running.status == 0 ? std::string(TUTTI_TEST_CLUSTER) : own_folder();
  }());
  if (cluster.base_.empty()) {
    cluster.ours_ = cluster.folder_ != TUTTI_TEST_CLUSTER;
    cluster.start();
  }
  return cluster;
}

void Cluster::start() {
  base_ = must(script("start", folder_), "start");
}

void Cluster::stop(std::string_view mode) {
  must(script("stop", folder_, mode), "stop");
}

void Cluster::crash_and_restart() {
  stop("immediate");
  start();
}

void Cluster::administer(const std::string& sql, const std::string& database) const {
  pqxx::connection connection(url(database));
  const pqxx::quiet_errorhandler quiet(connection);
  pqxx::nontransaction(connection).exec(sql);
}

int Cluster::port() const {
  const auto colon = base_.rfind(':');
  return std::atoi(base_.c_str() + colon + 1);
}

Database::Database(Cluster& cluster) : cluster_(cluster) {
  static int count = 0;
  name_ = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  cluster_.administer("CREATE DATABASE " + name_);
}

Database::~Database() {
  try {
    cluster_.administer("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception& thrown) {
    std::cerr << thrown.what() << '\n';
  }
}

}  // namespace tutti::test

#pragma once

#include <string>
#include <string_view>

namespace tutti::test {

/// A real PostgreSQL server in a folder of its own, by postgres.sh. Gone with everything in it when it goes out of scope.
class Cluster {
 public:
  Cluster();
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// The one that ctest keeps running while it runs the tests that want it; without ctest, one for this process.
  static Cluster& shared();

  void stop(std::string_view mode = "fast");
  void start();
  /// As after a crash of the server: what was not flushed is lost.
  void crash_and_restart();
  /// Statements for its administrator, outside of any transaction.
  void administer(const std::string& sql, const std::string& database = "postgres") const;
  [[nodiscard]] std::string url(const std::string& database) const { return base_ + database; }
  [[nodiscard]] int port() const;

 private:
  explicit Cluster(std::string folder);
  std::string folder_;
  std::string base_;
  bool ours_ = true;  ///< to be removed
};

/// An empty database, dropped with its connections when it goes out of scope.
class Database {
 public:
  explicit Database(Cluster& cluster = Cluster::shared());
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string url() const { return cluster_.url(name_); }
  void execute(const std::string& sql) const { cluster_.administer(sql, name_); }

 private:
  Cluster& cluster_;
  std::string name_;
};

}  // namespace tutti::test

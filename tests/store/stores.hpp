#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "sync/store/store.hpp"
#include "tests/support/cluster.hpp"

// The stores that the conformance body runs over, and rows to put into them.
namespace tutti::test {

/// A place of its own: a folder, and a database if one is asked for. Removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path / name).string(); }
  [[nodiscard]] const Database& database() const;
  std::filesystem::path path;

 private:
  mutable std::unique_ptr<Database> database_;
};

struct StoreMaker {
  std::string name;
  std::function<std::unique_ptr<store::Store>(const Folder&)> make;
};
[[nodiscard]] const std::vector<StoreMaker>& store_makers();

/// A session with its owner, in the store.
struct Begun {
  SessionId session;
  ParticipantId owner;
};
[[nodiscard]] Begun begin_session(store::Store& store, Random& random, const std::string& name = "orchestra");

[[nodiscard]] record::DocumentRow document_row(DocumentId id, const std::string& path);
[[nodiscard]] record::ChangeRow change_row(DocumentId id, std::uint32_t replica, std::uint64_t seq, const std::string& body);
[[nodiscard]] record::Fact fact(std::uint64_t position, std::vector<record::Row> rows);
[[nodiscard]] store::TokenRow token_row(Random& random, store::TokenKind kind);

}  // namespace tutti::test

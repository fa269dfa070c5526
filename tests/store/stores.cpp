#include "tests/store/stores.hpp"

#include <unistd.h>

#include "sync/store/memory.hpp"
#include "sync/store/postgres/postgres_store.hpp"
#include "sync/store/sqlite/sqlite_store.hpp"
#include "tests/support/catch.hpp"

namespace tutti::test {

Folder::Folder() {
  static int count = 0;
  path = std::filesystem::temp_directory_path() / ("tutti-store-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  std::filesystem::create_directories(path);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

const Database& Folder::database() const {
  if (!database_) database_ = std::make_unique<Database>();
  return *database_;
}

const std::vector<StoreMaker>& store_makers() {
  static const std::vector<StoreMaker> makers{
      {"memory", [](const Folder&) { return std::make_unique<store::MemoryStore>(); }},
      {"sqlite",
       [](const Folder& folder) -> std::unique_ptr<store::Store> {
         auto opened = store::SqliteStore::open({folder.file("hub.db")});
         if (!opened) FAIL(opened.error().message);
         return std::move(*opened);
       }},
      {"postgres",
       [](const Folder& folder) -> std::unique_ptr<store::Store> {
         auto opened = store::PostgresStore::open({folder.database().url()});
         if (!opened) FAIL(opened.error().message);
         return std::move(*opened);
       }},
  };
  return makers;
}

Begun begin_session(store::Store& store, Random& random, const std::string& name) {
  Begun begun{random_id<SessionId>(random), random_id<ParticipantId>(random)};
  store::SessionRow row;
  row.id = begun.session;
  row.name = name;
  row.owner = begun.owner;
  row.created_at = row.updated_at = 1000;
  store::Admission owner;
  owner.guest = store::UserRow{begun.owner, "Ada", wire::Kind::person, 1000};
  owner.participant.session = begun.session;
  owner.participant.user = begun.owner;
  owner.participant.role = wire::Role::owner;
  owner.participant.joined_at = owner.participant.last_active = 1000;
  const auto status = store.create_session(row, owner);
  if (!status) FAIL(status.error().message);
  return begun;
}

record::DocumentRow document_row(DocumentId id, const std::string& path) {
  return {id, path, {}, false};
}

record::ChangeRow change_row(DocumentId id, std::uint32_t replica, std::uint64_t seq, const std::string& body) {
  return {id, ReplicaId(replica), Seq(seq), 1, ParticipantId{{7}}, body};
}

record::Fact fact(std::uint64_t position, std::vector<record::Row> rows) {
  return {Position(position), std::move(rows)};
}

store::TokenRow token_row(Random& random, store::TokenKind kind) {
  store::TokenRow row;
  for (auto& byte : row.hash) byte = static_cast<std::uint8_t>(random.next());
  row.id = random_id<store::TokenId>(random);
  row.kind = kind;
  row.created_at = 1000;
  return row;
}

}  // namespace tutti::test

#include "sync/hub/open_store.hpp"

#include <filesystem>

#include "sync/store/postgres/postgres_store.hpp"

namespace tutti::hub {

namespace {

store::PostgresStore::Options database_options(const Config& config, bool make) {
  store::PostgresStore::Options options;
  options.url = config.database;
  options.unsafe = config.unsafe_database;
  options.create = make;
  return options;
}

template <class Kept>
Result<std::shared_ptr<store::Store>> shared(Result<std::unique_ptr<Kept>> opened) {
  if (!opened) return opened.error();
  return std::shared_ptr<store::Store>(std::move(*opened));
}

}  // namespace

Result<std::shared_ptr<store::Store>> open_to_serve(const Config& config, DataFolder& folder) {
  if (config.database.empty()) {
    if (auto status = folder.lock(); !status) return status.error();
    return shared(folder.open_store());
  }
  return shared(store::PostgresStore::open(database_options(config, true)));
}

Result<std::shared_ptr<store::Store>> open_for_command(const Config& config, bool make) {
  if (!config.database.empty()) return shared(store::PostgresStore::open(database_options(config, make)));
  std::error_code ignored;
  if (!make && !std::filesystem::exists(config.data + "/hub.db", ignored)) {
    return error(ErrorCode::not_found, "no hub has its data in " + config.data);
  }
  auto folder = DataFolder::open(config.data);
  return folder ? shared(folder->open_store()) : Result<std::shared_ptr<store::Store>>(folder.error());
}

}  // namespace tutti::hub

#pragma once

#include <memory>

#include "sync/hub/config.hpp"
#include "sync/hub/data_folder.hpp"
#include "sync/store/store.hpp"

// Which store the configuration names: the SQLite file in the data folder, or a PostgreSQL database.
namespace tutti::hub {

/// For a hub: made if need be. A data folder has one hub; of those on one database one serves (`Store::hold`).
[[nodiscard]] Result<std::shared_ptr<store::Store>> open_to_serve(const Config& config, DataFolder& folder);
/// For a command, also beside a running hub. `make`: where there is none yet it is made, otherwise that is `not_found`.
[[nodiscard]] Result<std::shared_ptr<store::Store>> open_for_command(const Config& config, bool make);

}  // namespace tutti::hub

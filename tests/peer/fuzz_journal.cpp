// Any bytes as a journal: reading never fails in another way than it says, and what comes of it can be gone on with and written
// down again.
#include <cstdint>
#include <cstdlib>

#include "sync/peer/peer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tutti;
  auto image = peer::journal::replay({reinterpret_cast<const char*>(data), size});
  if (!image) return 0;
  peer::Config config;
  config.journal = peer::journal::Owner{};
  peer::Peer peer(config, std::move(*image));
  peer::Effects effects;
  peer.start(Instant(1), effects);
  std::string written;
  peer.rewrite_journal(Instant(2), effects);
  for (const peer::Effect& effect : effects) {
    if (const auto* journal = std::get_if<peer::Journal>(&effect))
      written = journal->anew ? journal->bytes : written + journal->bytes;
  }
  const auto again = peer::journal::replay(written);
  if (!again || again->damaged()) std::abort();
  return 0;
}

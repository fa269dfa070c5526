#include "sync/exchange/stamp.hpp"

#include <sodium.h>

// A stamp is a keyed BLAKE2b (24 bytes, base64url) over fields that cannot run into one another: every number is eight bytes,
// little-endian, every list and text stands behind its length, and the first field says what is being stamped. So no two
// different statements have the same bytes, and a replica's key never passes for a change's stamp.

namespace tutti::exchange {

namespace {

constexpr std::size_t stamp_bytes = 24;

class Mac {
 public:
  Mac(const StampKey& key, std::string_view domain) {
    crypto_generichash_init(&state_, key.data(), key.size(), stamp_bytes);
    text(domain);
  }

  Mac& number(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(value);
      value >>= 8U;
    }
    crypto_generichash_update(&state_, bytes.data(), bytes.size());
    return *this;
  }
  Mac& text(std::string_view value) {
    number(value.size());
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(value.data()), value.size());
    return *this;
  }
  template <class Tag>
  Mac& id(const Uuid<Tag>& value) {
    crypto_generichash_update(&state_, value.bytes.data(), value.bytes.size());
    return *this;
  }

  [[nodiscard]] std::string finish() {
    std::array<std::uint8_t, stamp_bytes> hash{};
    crypto_generichash_final(&state_, hash.data(), hash.size());
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string encoded(sodium_base64_ENCODED_LEN(stamp_bytes, variant), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), hash.data(), hash.size(), variant);
    encoded.pop_back();  // sodium's terminator
    return encoded;
  }

 private:
  crypto_generichash_state state_{};
};

void add_change(Mac& mac, const wire::Change& change) {
  mac.number(change.replica).number(change.seq).number(change.parents.size());
  for (const wire::EventName& parent : change.parents) mac.number(parent.replica).number(parent.seq);
  mac.number(change.patches.size());
  for (const wire::Patch& patch : change.patches) mac.number(patch.at).number(patch.erase).text(patch.insert);
}

}  // namespace

std::string stamp_change(const StampKey& key, SessionId session, DocumentId document, ParticipantId author,
                         const wire::Change& change) {
  Mac mac(key, "tutti change 1");
  mac.id(session).id(document).id(author);
  add_change(mac, change);
  return mac.finish();
}

std::string stamp_replica(const StampKey& key, SessionId session, ReplicaId replica, ParticipantId participant) {
  return Mac(key, "tutti replica 1").id(session).number(replica.value).id(participant).finish();
}

bool same_stamp(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tutti::exchange

#include "sync/exchange/convert.hpp"

#include <algorithm>

namespace tutti::exchange {

wire::Change to_wire(const merge::Change& change) {
  wire::Change out;
  out.replica = change.replica.value;
  out.seq = change.seq.value;
  out.parents = version_to_wire(change.parents);
  out.patches.reserve(change.patches.size());
  for (const merge::Patch& patch : change.patches) out.patches.push_back({patch.at.value, patch.erase.value, patch.insert});
  return out;
}

merge::Change to_merge(wire::Change change) {
  merge::Change out;
  out.replica = ReplicaId(change.replica);
  out.seq = Seq(change.seq);
  out.parents = version_to_merge(change.parents);
  out.patches.reserve(change.patches.size());
  for (wire::Patch& patch : change.patches) {
    out.patches.push_back({text::Chars(patch.at), text::Chars(patch.erase), std::move(patch.insert)});
  }
  return out;
}

std::vector<wire::KnownReplica> to_wire(const merge::Known& known) {
  std::vector<wire::KnownReplica> out;
  out.reserve(known.size());
  for (const auto& [replica, next] : known) out.push_back({replica.value, next.value});
  return out;
}

// Of several entries for one replica the least counts: what is sent twice does no harm, what is left out would.
merge::Known to_merge(const std::vector<wire::KnownReplica>& known) {
  merge::Known out;
  out.reserve(known.size());
  for (const wire::KnownReplica& entry : known) out.emplace_back(ReplicaId(entry.replica), Seq(entry.next));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first == b.first; }), out.end());
  std::erase_if(out, [](const auto& entry) { return entry.second == Seq(0); });
  return out;
}

std::vector<wire::EventName> version_to_wire(const merge::Version& version) {
  std::vector<wire::EventName> out;
  out.reserve(version.size());
  for (const merge::EventName& name : version) out.push_back({name.replica.value, name.seq.value});
  return out;
}

merge::Version version_to_merge(const std::vector<wire::EventName>& version) {
  merge::Version out;
  out.reserve(version.size());
  for (const wire::EventName& name : version) out.push_back({ReplicaId(name.replica), Seq(name.seq)});
  return out;
}

wire::ErrorName to_wire(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return wire::ErrorName::invalid;
    case ErrorCode::not_found:
      return wire::ErrorName::not_found;
    case ErrorCode::denied:
      return wire::ErrorName::denied;
    case ErrorCode::password:  // nothing that is said in a session asks for one
      return wire::ErrorName::denied;
    case ErrorCode::conflict:
      return wire::ErrorName::conflict;
    case ErrorCode::gap:
      return wire::ErrorName::gap;
    case ErrorCode::limit:
      return wire::ErrorName::limit;
    case ErrorCode::unavailable:
      return wire::ErrorName::unavailable;
    case ErrorCode::corrupt:
      return wire::ErrorName::corrupt;
    case ErrorCode::version:
      return wire::ErrorName::version;
    case ErrorCode::io:
      return wire::ErrorName::io;
  }
  return wire::ErrorName::invalid;
}

}  // namespace tutti::exchange

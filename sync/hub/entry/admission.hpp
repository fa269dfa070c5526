#pragma once

#include <string_view>

#include "sync/session/session.hpp"
#include "sync/store/store.hpp"

// Who a token lets in. Blocking: on workers only.
namespace tutti::hub {

/// The participant whose ticket (spent by this) or bearer `token` is, for this session. `denied` in the same words whatever is
/// wrong with it.
[[nodiscard]] Result<ParticipantId> redeem_hello(store::Store& store, SessionId session, std::string_view token,
                                                 store::UnixSeconds now);
/// What the records say of a participant right now; `denied` for somebody who is not one any more, or when the session's time
/// is over.
[[nodiscard]] Result<session::Member> member_of(store::Store& store, SessionId session, ParticipantId who,
                                                store::UnixSeconds now);
/// Whether nobody comes in any more. Who is in stays until they leave.
[[nodiscard]] bool expired(const store::SessionRow& session, store::UnixSeconds now);

[[nodiscard]] store::UnixSeconds unix_now();

}  // namespace tutti::hub

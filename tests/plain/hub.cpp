#include "tests/plain/hub.hpp"

#include <utility>

namespace tutti::plain {

using text::Delta;
using text::Left;
using text::transform;

Peer::Peer(Hub& hub, Clock& clock, std::function<void(const Delta&)> remote)
    : hub_(hub), up_(clock), down_(clock), remote_(std::move(remote)), text_(hub.text()) {
  hub.join(*this);
}

void Peer::local(const Delta& delta) {
  text::apply(text_, delta);
  unsent_ = text::compose(unsent_, delta);
  if (!sent_) send();
}

void Peer::send() {
  if (unsent_.is_noop()) return;
  sent_ = std::exchange(unsent_, {});
  up_.send(hub_.delay(), [this, seen = seen_, delta = *sent_] { hub_.receive(*this, seen, delta); });
}

void Peer::acknowledged() {
  ++seen_;
  sent_.reset();
  send();
}

/// What comes is earlier in the hub's order, and stands left.
void Peer::receive(Delta delta) {
  ++seen_;
  for (Delta* own : {sent_ ? &*sent_ : nullptr, &unsent_}) {
    if (own == nullptr) continue;
    Delta after = transform(delta, *own, Left::mine);
    *own = transform(*own, delta, Left::theirs);
    delta = std::move(after);
  }
  text::apply(text_, delta);
  remote_(delta);
}

void Hub::join(Peer& peer) {
  peer.seen_ = order_.size();
  peers_.push_back(&peer);
}

void Hub::receive(Peer& author, std::size_t seen, Delta delta) {
  for (; seen < order_.size(); ++seen) delta = transform(delta, order_[seen], Left::theirs);
  text::apply(text_, delta);
  order_.push_back(delta);
  for (Peer* peer : peers_) {
    if (peer == &author) {
      peer->down_.send(delay(), [peer] { peer->acknowledged(); });
    } else {
      peer->down_.send(delay(), [peer, delta] { peer->receive(delta); });
    }
  }
}

}  // namespace tutti::plain

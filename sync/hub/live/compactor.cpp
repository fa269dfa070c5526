#include "sync/hub/live/compactor.hpp"

#include <utility>

#include "sync/net/log.hpp"
#include "sync/session/compaction.hpp"

namespace tutti::hub {

namespace {

/// Bytes of the snapshot that was made.
Result<std::size_t> carry_out(store::Store& store, SessionId session, const session::Compact& what) {
  const auto history = store.history(session, what.document, what.upto);
  if (!history) return history.error();
  const auto row = session::compacted(what.document, *history, what.upto, {});
  if (!row) return row.error();
  if (auto status = store.compact(session, *row); !status) return status.error();
  return row->body.size();
}

}  // namespace

Compactor::Compactor(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, SessionId session,
                     Metrics& metrics, Done done)
    : loop_(loop),
      worker_(worker),
      store_(std::move(store)),
      session_(session),
      metrics_(metrics),
      done_(std::make_shared<const Done>(std::move(done))) {}

void Compactor::compact(const session::Compact& what) {
  const auto work = [store = store_, session = session_, what] { return carry_out(*store, session, what); };
  const auto told = [this, what, weak = std::weak_ptr(done_)](const Result<std::size_t>& bytes) {
    const auto done = weak.lock();
    if (!done) return;
    if (bytes) {
      ++metrics_.compactions;
    } else {
      net::log_error("history is not put together", {{"document", to_string(what.document)}, {"why", bytes.error().message}});
    }
    (*done)({what.document, bytes ? *bytes : 0});
  };
  if (const auto status = worker_.submit(work, told); !status) {
    loop_.defer([told, why = status.error()] { told(why); });
  }
}

}  // namespace tutti::hub

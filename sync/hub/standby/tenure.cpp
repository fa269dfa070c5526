#include "sync/hub/standby/tenure.hpp"

#include <utility>

namespace tutti::hub {

namespace {

/// Takes the place where it is free. `patient`: the store is just back, and whoever served may come for it.
Status take_place(store::Store& store, bool patient) {
  const Result<bool> served = store.served();
  if (!served) return served.error();
  if (*served || patient) return error(ErrorCode::conflict, "another tutti-hub serves");
  return store.hold();
}

}  // namespace

Standby::Standby(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, Times times,
                 std::function<void()> may_serve)
    : loop_(loop), worker_(worker), store_(std::move(store)), times_(times), may_serve_(std::move(may_serve)), again_(loop) {
  again_.every(times_.every, [this] { ask(); });
}

void Standby::ask() {
  const bool patient = away_ || loop_.now() < patient_until_;
  asking_.ask(
      worker_, [store = store_, patient] { return take_place(*store, patient); }, [this](const Status& held) { take(held); });
}

void Standby::take(const Status& held) {
  if (held) {
    again_.stop();
    const auto tell = may_serve_;  // may destroy this
    return tell();
  }
  const bool away = held.error().code != ErrorCode::conflict;
  if (std::exchange(away_, away) && !away) patient_until_ = loop_.now() + times_.grace.count();
}

Tenure::Tenure(net::Loop& loop, net::WorkerPool& worker, std::shared_ptr<store::Store> store, net::Duration every,
               std::function<void()> ended)
    : worker_(worker), store_(std::move(store)), every_(every), ended_(std::move(ended)), again_(loop) {}

void Tenure::begin() {
  again_.every(every_, [this] { ask(); });
}

void Tenure::ask() {
  asking_.ask(
      worker_, [store = store_] { return store->hold(); },
      [this](const Status& held) {
        if (held || held.error().code != ErrorCode::conflict) return;
        again_.stop();
        const auto tell = ended_;  // may destroy this
        tell();
      });
}

}  // namespace tutti::hub

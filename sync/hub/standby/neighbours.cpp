#include "sync/hub/standby/neighbours.hpp"

#include <algorithm>
#include <utility>

#include "sync/hub/entry/admission.hpp"
#include "sync/net/log.hpp"
#include "sync/net/url.hpp"

namespace tutti::hub {

namespace {

Result<std::vector<std::string>> tell_and_ask(store::Store& store, const std::string& url) {
  const store::UnixSeconds now = unix_now();
  if (Status told = store.announce(url, now); !told) return told.error();
  auto found = store.hubs(now - Neighbours::fresh_for, Neighbours::most);
  if (found) std::sort(found->begin(), found->end());  // by age they would change places all the time
  return found;
}

}  // namespace

Neighbours::Neighbours(net::Loop& loop, net::WorkerPool& records, std::shared_ptr<store::Store> store,
                       std::function<void(const std::vector<std::string>&)> changed)
    : records_(records), store_(std::move(store)), changed_(std::move(changed)), again_(loop) {}

void Neighbours::begin(std::string url) {
  const auto parsed = net::parse_url(url);
  if (!parsed || parsed->host == "0.0.0.0" || parsed->host == "::") {
    net::log_warn("other hubs do not know where this one is reached: it needs a public URL");
    return;
  }
  url_ = std::move(url);
  again_.every(every, [this] { ask(); });
  ask();
}

void Neighbours::ask() {
  asking_.ask(
      records_, [store = store_, url = url_] { return tell_and_ask(*store, url); },
      [this](Result<std::vector<std::string>> found) { take(std::move(found)); });
}

void Neighbours::take(Result<std::vector<std::string>> found) {
  if (!found || *found == urls_) return;
  urls_ = std::move(*found);
  changed_(urls_);
}

}  // namespace tutti::hub

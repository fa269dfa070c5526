#include <sys/resource.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "sync/hub/commands.hpp"
#include "sync/hub/entry/admission.hpp"
#include "sync/hub/hub.hpp"
#include "sync/hub/open_store.hpp"
#include "sync/hub/standby/waiting_room.hpp"
#include "sync/net/log.hpp"

namespace tutti::hub {

namespace {

constexpr net::Duration drain_patience{10'000};
constexpr net::Duration step_down_patience{500};

Result<std::optional<net::TlsContext>> tls_of(const Config& config) {
  if (config.tls_cert.empty()) return std::optional<net::TlsContext>();
  auto context = net::TlsContext::server(config.tls_cert, config.tls_key);
  if (!context) return context.error();
  return std::optional(std::move(*context));
}

/// A connection is a file. What a shell allows at first is a thousand; what the machine allows is what the hub's own limit is
/// for.
void allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) net::log_warn("the limit of open files stays as it is", {});
}

void print(const nlohmann::ordered_json& line) {
  std::puts(line.dump().c_str());
  std::fflush(stdout);
}

/// What this process does: it serves, or stands by until it may, and goes from one to the other as the store's lock does.
class Duty {
 public:
  Duty(const Config& config, std::shared_ptr<store::Store> store, std::optional<net::TlsContext> tls)
      : config_(config), store_(std::move(store)), tls_(std::move(tls)), listen_{config.listen_host, config.listen_port, {}} {}

  /// The exit code.
  int run() {
    loop_.on_terminate([this](int signal) { terminate(signal); });
    loop_.on_hangup([this] { read_certificate_again(); });
    const Result<bool> served = store_->served();
    if (!served) return fail(served.error());
    if (Status status = *served ? stand_by() : serve(); !status) return fail(status.error());
    loop_.run();
    return failed_ ? fail(*failed_) : 0;
  }

 private:
  Status serve() {
    const Status held = store_->hold();
    if (!held && held.error().code == ErrorCode::conflict) return stand_by();
    if (!held) return held.error();
    auto started = Hub::start(loop_, store_, options());
    if (!started) return started.error();
    hub_ = std::move(*started);
    print({{"event", "listening"}, {"url", hub_->url()}, {"admin", hub_->admin_url()}});
    return {};
  }

  Status stand_by() {
    auto opened = WaitingRoom::open(loop_, store_, {listen_, tls_, {}}, config_.public_url, [this] {
      loop_.defer([this] {
        if (stopping_) return;
        net::log_info("the place is free");
        room_.reset();
        go_on(serve());
      });
    });
    if (!opened) return opened.error();
    room_ = std::move(*opened);
    listen_.port = room_->port();
    print({{"event", "standing_by"}, {"url", room_->url()}});
    return {};
  }

  void go_on(const Status& status) {
    if (status) return;
    failed_ = status.error();
    loop_.stop();
  }

  /// Another hub serves: what is not durable here is with its authors, who find that hub.
  void superseded() {
    if (stopping_) return;
    net::log_error("another hub serves from this store: standing by");
    stepping_down_ = true;
    hub_->stop(step_down_patience, [this](bool /*durable*/) {
      loop_.defer([this] {
        stepping_down_ = false;
        hub_.reset();
        stopping_ ? loop_.stop() : go_on(stand_by());
      });
    });
  }

  void terminate(int signal) {
    if (std::exchange(stopping_, true)) return;
    net::log_info("stopping", {{"signal", signal}});
    if (stepping_down_) return;  // which ends in a moment
    if (!hub_) return loop_.stop();
    hub_->stop(drain_patience, [this](bool durable) {
      if (!durable) net::log_error("stopped with edits that are not saved; their authors still have them");
      loop_.stop();
    });
  }

  void read_certificate_again() {
    auto tls = tls_of(config_);
    if (!tls) return net::log_error("certificate not read again", {{"why", tls.error().message}});
    tls_ = std::move(*tls);
    if (tls_ && hub_) hub_->set_tls(*tls_);
  }

  Hub::Options options() {
    Hub::Options options;
    options.listen = listen_;
    options.admin = {config_.admin_host, config_.admin_port, {}};
    options.tls = tls_;
    options.public_url = config_.public_url;
    options.joins.proxies = config_.proxies;
    options.shares_store = !config_.database.empty();
    options.superseded = [this] { superseded(); };
    return options;
  }

  const Config& config_;
  std::shared_ptr<store::Store> store_;
  std::optional<net::TlsContext> tls_;
  net::Endpoint listen_;
  net::Loop loop_;
  std::unique_ptr<WaitingRoom> room_;
  std::unique_ptr<Hub> hub_;
  std::optional<Error> failed_;
  bool stopping_ = false;
  bool stepping_down_ = false;
};

}  // namespace

int serve(const Config& config) {
  net::set_log_level(*net::parse_log_level(config.log_level));
  allow_many_files();
  auto folder = DataFolder::open(config.data);
  if (!folder) return fail(folder.error());
  auto tls = tls_of(config);
  if (!tls) return fail(tls.error());
  auto store = open_to_serve(config, *folder);
  if (!store) return fail(store.error());
  if (auto status = folder->ensure_owner(**store, unix_now()); !status) return fail(status.error());
  return Duty(config, std::move(*store), std::move(*tls)).run();
}

}  // namespace tutti::hub

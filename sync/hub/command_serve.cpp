#include <sys/resource.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "sync/hub/admission.hpp"
#include "sync/hub/commands.hpp"
#include "sync/hub/hub.hpp"
#include "sync/hub/open_store.hpp"
#include "sync/net/log.hpp"

namespace tutti::hub {

namespace {

constexpr net::Duration drain_patience{10'000};

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

void announce(const Hub& hub) {
  const nlohmann::ordered_json line{{"event", "listening"}, {"url", hub.url()}, {"admin", hub.admin_url()}};
  std::puts(line.dump().c_str());
  std::fflush(stdout);
}

void run(net::Loop& loop, Hub& hub, const Config& config) {
  bool stopping = false;
  loop.on_terminate([&](int signal) {
    if (std::exchange(stopping, true)) return;
    net::log_info("stopping", {{"signal", signal}});
    hub.stop(drain_patience, [&](bool durable) {
      if (!durable) net::log_error("stopped with edits that are not saved; their authors still have them");
      loop.stop();
    });
  });
  loop.on_hangup([&] {
    auto tls = tls_of(config);
    if (tls && *tls) hub.set_tls(**tls);
    if (!tls) net::log_error("certificate not read again", {{"why", tls.error().message}});
  });
  loop.run();
}

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

  net::Loop loop;
  Hub::Options options;
  options.listen = {config.listen_host, config.listen_port, {}};
  options.admin = {config.admin_host, config.admin_port, {}};
  options.tls = std::move(*tls);
  options.public_url = config.public_url;
  options.joins.proxies = config.proxies;
  auto hub = Hub::start(loop, std::move(*store), std::move(options));
  if (!hub) return fail(hub.error());
  announce(**hub);
  run(loop, **hub, config);
  return 0;
}

}  // namespace tutti::hub

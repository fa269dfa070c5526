#include "sync/hub/metrics.hpp"

#include <string_view>

namespace tutti::hub {

namespace {

void line(std::string& text, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  const std::string full = "tutti_hub_" + std::string(name);
  text += "# HELP " + full + ' ' + std::string(help) + "\n# TYPE " + full + ' ' + std::string(type) + '\n' + full + ' ' +
          std::to_string(value) + '\n';
}

}  // namespace

std::string prometheus_text(const Metrics& m) {
  std::string text;
  line(text, "sessions", "gauge", "Sessions in memory.", m.sessions_live);
  line(text, "connections", "gauge", "Open WebSocket connections.", m.connections);
  line(text, "connections_total", "counter", "WebSocket connections accepted.", m.connections_total);
  line(text, "handshakes_refused_total", "counter", "Connections refused before welcome.", m.handshakes_refused);
  line(text, "requests_total", "counter", "HTTP requests.", m.requests);
  line(text, "joins_failed_total", "counter", "Joins with a link that is not valid.", m.joins_failed);
  line(text, "edits_total", "counter", "Changes taken and broadcast.", m.edits);
  line(text, "facts_queued", "gauge", "Facts taken and not yet durable.", m.facts_queued);
  line(text, "durable_lag_milliseconds", "gauge", "Age of the oldest fact that is not durable.",
       static_cast<std::uint64_t>(m.durable_lag_ms));
  line(text, "commits_total", "counter", "Transactions of facts.", m.commits);
  line(text, "facts_committed_total", "counter", "Facts made durable.", m.facts_committed);
  line(text, "store_errors_total", "counter", "Refusals of the store.", m.store_errors);
  line(text, "compactions_total", "counter", "Histories put into one snapshot.", m.compactions);
  line(text, "received_bytes_total", "counter", "Payload received on WebSockets.", m.bytes_received);
  line(text, "sent_bytes_total", "counter", "Payload sent on WebSockets.", m.bytes_sent);
  line(text, "presence_dropped_total", "counter", "Presence frames dropped for slow readers.", m.presence_dropped);
  line(text, "slow_readers_closed_total", "counter", "Connections closed because they did not read.", m.slow_readers_closed);
  return text;
}

}  // namespace tutti::hub

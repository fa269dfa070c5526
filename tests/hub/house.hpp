#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/wire/hub.hpp"
#include "sync/hub/hub.hpp"
#include "sync/net/http/http.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/websocket/websocket.hpp"
#include "sync/store/memory.hpp"
#include "sync/store/sqlite/sqlite_store.hpp"

// A hub in this process with real sockets, and those who use it. Everything runs on one loop, by turns, until a condition
// holds.
namespace tutti::test {

using Json = nlohmann::json;
inline constexpr net::Duration patience{20'000};

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::filesystem::path path;
};

struct Reply {
  int status = 0;
  Json body;         ///< discarded when the answer is not JSON
  std::string text;  ///< as it came
  net::Headers headers;
};

/// One REST call, waited for.
Reply call(net::Loop& loop, const std::string& base, const std::string& method, const std::string& path,
           const std::optional<Json>& body = {}, const std::string& token = {});

/// A participant with nothing in it: frames as they come, and edits made by hand.
class Client {
 public:
  Client(net::Loop& loop, const std::string& base, const std::string& session, const net::Headers& headers = {});

  void send(const std::string& frame) { socket_->send_text(frame); }
  template <class Message>
  void say(const Message& message) {
    send(wire::encode(message));
  }
  void hello(const std::string& token, std::uint32_t protocol = wire::kProtocolVersion);
  /// Sends hello and waits for the welcome.
  const wire::Welcome& enter(const std::string& token);

  /// Makes a file; the edits that follow go into it.
  void create(const std::string& path);
  /// The edits that follow go into a file in which it has not typed yet.
  void follow(DocumentId document);
  /// Types at the end of what it typed so far; answers the request's number.
  std::uint64_t type(const std::string& text);
  /// Erases what it typed into the file.
  std::uint64_t take_back_all();
  void fetch(DocumentId document);

  bool wait(const std::function<bool()>& condition);
  template <class Message>
  [[nodiscard]] const Message* last() const {
    for (auto at = frames.rbegin(); at != frames.rend(); ++at) {
      if (const auto* found = std::get_if<Message>(&*at)) return found;
    }
    return nullptr;
  }
  template <class Message>
  [[nodiscard]] std::size_t count() const {
    std::size_t n = 0;
    for (const auto& frame : frames) n += std::holds_alternative<Message>(frame) ? 1 : 0;
    return n;
  }
  template <class Message>
  const Message& await() {
    if (!wait([this] { return last<Message>() != nullptr; })) fail(std::string("no ") + std::string(Message::kType));
    return *last<Message>();
  }
  /// Waits until request `n` is durable.
  void await_durable(std::uint64_t request);
  [[nodiscard]] std::uint64_t durable() const;  ///< the newest request that is
  const net::WebSocketEnd& await_end();
  [[nodiscard]] DocumentId document() const { return document_; }
  net::WebSocket& socket() { return *socket_; }
  /// All text that others' edits inserted, in the order of arrival.
  [[nodiscard]] std::string heard() const;

  std::vector<wire::Down> frames;
  std::vector<std::string> binary;
  std::optional<net::WebSocketEnd> end;

 private:
  [[noreturn]] void fail(const std::string& why) const;

  net::Loop& loop_;
  std::unique_ptr<net::WebSocket> socket_;
  bool open_ = false;
  DocumentId document_;
  std::uint64_t request_ = 0;
  std::uint64_t seq_ = 0;
  std::uint64_t typed_ = 0;
};

/// The hub, its store and its owner.
class House {
 public:
  explicit House(std::shared_ptr<store::Store> store, hub::Hub::Options options = quick());
  ~House();
  static hub::Hub::Options quick();

  Reply call(const std::string& method, const std::string& path, const std::optional<Json>& body = {},
             const std::string& token = {}) {
    return test::call(loop, hub->url(), method, "/api/v1/collaboration" + path, body, token);
  }
  struct Session {
    std::string id;
    std::string token;  ///< the owner's, for the session
    std::string owner;
  };
  Session session(const std::string& name = "demo");
  std::string link(const Session& session, const std::string& role = "editor");
  struct Guest {
    std::string participant, token, ticket;
  };
  Guest join(const Session& session, const std::string& secret, const std::string& name = "Guest");
  std::unique_ptr<Client> client(const Session& session) { return std::make_unique<Client>(loop, hub->url(), session.id); }
  /// A client that has been welcomed.
  std::unique_ptr<Client> enter(const Session& session, const std::string& token);
  bool wait(const std::function<bool()>& condition) { return loop.run_until(condition, patience); }

  net::Loop loop;
  std::shared_ptr<store::Store> store;
  std::unique_ptr<hub::Hub> hub;
  std::string user_token;
};

}  // namespace tutti::test

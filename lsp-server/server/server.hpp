#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp-server/server/attention.hpp"
#include "lsp-server/server/documents.hpp"
#include "lsp-server/server/greeting.hpp"
#include "lsp-server/server/room.hpp"
#include "protocol/jsonrpc/dispatcher.hpp"
#include "protocol/wire/collab.hpp"

/// The language server of one editor, without pipe, clock or loop: message bodies in, framed messages out.
///
///   editor ──receive()──▶ Dispatcher ──▶ handlers ──▶ Documents (links) ──▶ Room (workspace, peer, hub)
///      ▲                                                  ▲   │                │
///      └────────sink──── status, cursors, edits ◀── turn() ◀──┴── Observer ◀───┘
///
/// Everything that comes in only changes state and asks for a turn; `turn()` answers all of it at once. So a burst of keys
/// costs one edit back, and nothing waits for a timer but what is meant to be slowed down (cursors, presence).
namespace tutti::lsp {

class Server {
 public:
  struct Outside {
    std::function<void(std::string framed)> sink;
    std::function<void()> want_turn;     ///< call `turn` before the loop sleeps
    std::function<void(int code)> exit;  ///< the editor is done
    std::function<Instant()> now;
    std::function<void(std::string_view)> log;
  };
  static constexpr std::int64_t presence_ms = 50;    ///< least time between two messages about cursors, people
  static constexpr std::int64_t repeat_ms = 10'000;  ///< least time between two messages of one kind to the person
  static constexpr std::int64_t hints_ms = 250;      ///< the same for carets shown as inlay hints, which are asked for anew
  static constexpr std::int64_t waiting_ms = 1'000;  ///< then a plain client is told that edits wait
  static constexpr std::int64_t arrival_ms = 5'000;  ///< then whoever joins is answered, though files are still coming

  /// `push`: edits are sent to a client without the plugin even if it does not say who it is.
  Server(std::unique_ptr<Rooms> rooms, Outside outside, bool push = false);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void receive(std::string_view body);
  void framing_fault(const Error& fault);
  /// stdin has ended.
  void end();
  /// Sends what waits. The result: when to call it again at the latest, though nothing happened.
  std::optional<Instant> turn();

 private:
  using Json = nlohmann::json;
  using Call = jsonrpc::Call;
  struct OpenRoom {
    std::unique_ptr<Room> room;
    bool leaving = false;  ///< the person wants out
    bool left = false;
    peer::Link last_link = peer::Link::connecting;
    bool was_online = false;
  };
  /// A `collab/join` that is answered when the files are there.
  struct Arrival {
    Call call;
    SessionId session;
    std::string folder;
    Instant latest;
  };

  // server.cpp: life cycle and turns
  std::optional<jsonrpc::ResponseError> gate(std::string_view method) const;
  Json initialize(const Json& params);
  void register_life();
  void say(std::string_view kind, int level, const std::string& words);
  void say_if_any(std::string_view kind, const std::string& words);
  void reap();
  void send_status();
  void send_presence();
  void send_cursors();
  void send_diagnostics();
  void reveal();
  [[nodiscard]] std::optional<collab::RevealParams> place_of(const Room& room, const wire::Participant& who) const;
  void send_reveal(const collab::RevealParams& place);
  void watch_connection(OpenRoom& room);
  void back_online(Room& room);
  void tell_presence(Instant now);
  void wake_at(Instant at);

  // plain.cpp: clients without the plugin
  void register_plain();
  void did_change(const Json& params);
  void push(const EditorDocument& document, const plain::Push& push);
  void pull(Call call, const Json& params);
  Json pulled(const Json& params);
  void diverged(const EditorDocument& document, const plain::Diverged& what);
  void send_waiting();

  // people.cpp: people, for clients without the plugin
  void register_people();
  Json inlay_hints(const Json& params);
  void looks_at(const Json& params, const Json& start, const Json& end);
  Json code_actions(const Json& params);
  void who(Call call);
  void refresh_hints();
  void show_document(const collab::RevealParams& place);

  // texts.cpp: documents
  void register_texts();
  void did_open(const Json& params);
  void did_close(const Json& params);
  void did_save(const Json& params);
  void edited(collab::EditParams params);
  void cursor(const collab::CursorParams& params);
  EditorDocument* known(const std::string& uri, std::string_view what);
  void odd(const Error& error);
  template <class Params, class Handler>
  void on_document(Handler handler);
  void tell_carets();
  void diagnosed(collab::DiagnosticsParams params);
  void offer_diagnostics();

  // commands.cpp: sessions
  void register_commands();
  void command(const std::string& name, jsonrpc::DeferredHandler handler);
  void execute(Call call, const Json& params);
  void share(Call call, const Json& params);
  void join(Call call, const Json& params);
  void answer_arrivals();
  [[nodiscard]] bool has_arrived(const std::string& folder) const;
  void leave(Call call);
  void tell_unsent(const Room& room);
  void sessions(Call call);
  void follow(Call call, const Json& params);
  void turn_back(Call call, const Json& params, link::Cause cause);

  // folders.cpp: rooms
  Room* room_for(const std::string& path);
  Room* enter(const std::string& folder, bool private_existing);
  workspace::Observer observer();
  OpenRoom* first_room();

  std::unique_ptr<Rooms> rooms_;
  Outside outside_;
  bool push_;
  jsonrpc::Dispatcher rpc_;
  Agreement agreement_;
  bool initialized_ = false, shut_down_ = false, ended_ = false;
  std::map<std::string, OpenRoom> open_rooms_;  ///< by folder
  std::unique_ptr<Documents> documents_;        ///< after `initialize`; dies before the rooms do
  std::map<std::string, jsonrpc::DeferredHandler> commands_;
  std::vector<Arrival> arrivals_;

  bool status_due_ = true, presence_due_ = false;
  std::string last_status_;  ///< as sent
  Instant presence_sent_{-presence_ms}, cursors_sent_{-presence_ms}, findings_sent_{-presence_ms};
  std::optional<Instant> wake_;
  std::map<std::string, Instant, std::less<>> said_;
  std::optional<ParticipantId> followed_;
  std::string last_reveal_;
  Attention attention_;
  std::optional<Attention::Shown> shown_;  ///< as told last; empty: to be told again
};

}  // namespace tutti::lsp

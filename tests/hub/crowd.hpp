#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lsp-server/workspace/connection.hpp"
#include "tests/hub/house.hpp"
#include "tests/hub/program.hpp"

// Fifty people at work on real hub programs, and the means to count what became of every word. Each participant is a real Peer
// on a real socket, as in `tutti lsp`. What they type are tokens that nobody types twice and nobody erases.
namespace tutti::test {

inline constexpr net::Duration long_patience{60'000};

struct Room {
  std::string id;
  std::vector<std::string> tokens;  ///< one for each person
};

struct Person {
  std::string name;
  std::unique_ptr<workspace::Connection> connection;
  std::uint64_t typed = 0;
  std::uint64_t safe = 0;  ///< tokens that were acknowledged

  [[nodiscard]] std::string token(std::uint64_t n) const { return "<" + name + "." + std::to_string(n) + ">"; }
  [[nodiscard]] bool online() const { return connection->peer().status().link == peer::Link::online; }
  [[nodiscard]] bool all_safe() const { return connection->peer().status().pending == 0; }
  [[nodiscard]] std::optional<DocumentId> file() const { return connection->peer().find("shared.txt"); }
  [[nodiscard]] bool ready() const { return file() && connection->peer().document(*file()) != nullptr; }
  /// At the beginning or at the end, so that tokens stay in one piece, and where others type too.
  void type();
};

class Crowd {
 public:
  /// `more`: flags of the hub. `standby`: a second hub waits for the place of the first.
  Crowd(const TempFolder& folder, const std::vector<std::string>& more, bool standby = false);

  [[nodiscard]] std::uint64_t typed() const;
  [[nodiscard]] std::uint64_t safe() const;
  [[nodiscard]] Program& serving() { return *programs_.front(); }
  [[nodiscard]] bool wait(const std::function<bool()>& condition) { return loop_.run_until(condition, long_patience); }
  [[nodiscard]] bool everybody(bool (Person::*is)() const) const;

  /// SIGKILL. The one that stands by, if any, takes over, and the killed one stands by in its turn; otherwise it starts again.
  /// Everybody is back when this returns.
  void kill();
  /// The one that stands by serves from now on, and the other does not know.
  void note_takeover();
  /// Nobody types any more, and everything is safe.
  void settle();
  /// Counts every token on a hub that was started anew, with nobody there who could hand anything back.
  void count_everything();
  /// Milliseconds until each was back, of all kills, sorted.
  [[nodiscard]] std::vector<double> resumed_ms() const;

 private:
  std::unique_ptr<Program> start(std::size_t which);
  Json post(const std::string& path, const Json& body, const std::string& token);
  void open_room();
  void come(const Room& room, std::size_t n);
  void type_some();
  void await_everybody();
  void count_tokens(const std::string& text, std::size_t room) const;

  std::filesystem::path data_;
  std::vector<std::vector<std::string>> commands_;  ///< of the hubs, the serving one first
  std::vector<std::string> urls_;
  std::vector<std::unique_ptr<Program>> programs_;
  net::Loop loop_;
  std::vector<Room> rooms_;
  std::vector<std::unique_ptr<Person>> people_;
  net::Timer typing_{loop_};
  std::size_t turn_ = 0;
  std::vector<double> resumed_ms_;
};

}  // namespace tutti::test

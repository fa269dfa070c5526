#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lsp-server/workspace/connection.hpp"
#include "lsp-server/workspace/journal_file.hpp"
#include "lsp-server/workspace/journal_seat.hpp"
#include "lsp-server/workspace/settings.hpp"

namespace tutti::workspace {

/// The journal of a connection's peer: found at the start, written while it lives. What other processes of the folder left
/// behind, and nobody takes up within a while, is brought to the hub by couriers: peers that do nothing else.
class Journalling {
 public:
  using Notice = std::function<void(const std::string& words)>;

  /// Takes a journal and reads it. Without one (the disk takes nothing) everything goes on in memory.
  Journalling(net::Loop& loop, const Settings& settings, const LinkFile& link, std::string home, const std::string& kind,
              Notice notice);
  ~Journalling();

  /// What the peer is made with.
  [[nodiscard]] peer::Config config(std::string client) const;
  [[nodiscard]] std::optional<peer::journal::Image> take_image() { return std::exchange(image_, std::nullopt); }
  /// The peer is there; now what was wrong with the journal can be said.
  void attach(Connection& connection);
  void take(const peer::Journal& journal);
  /// The hub is there.
  void online();

  /// Whether there was a journal, so that the session's files were known before the hub told of them.
  [[nodiscard]] bool recovered() const { return recovered_; }
  /// What the disk, or the editor, held of a document for certain when the former process ended.
  [[nodiscard]] std::optional<text::Snapshot> disk_held(DocumentId document) const;
  [[nodiscard]] std::optional<text::Snapshot> editor_held(DocumentId document) const;
  void forget_editor(DocumentId document) { editor_.erase(document); }

 private:
  class Courier;
  void send_couriers();

  net::Loop& loop_;
  Settings settings_;
  LinkFile link_;
  std::string home_;
  Notice notice_;
  std::optional<Seat> seat_;
  std::optional<peer::journal::Image> image_;
  std::string words_;  ///< to be said
  bool recovered_ = false;
  std::map<DocumentId, text::Snapshot> editor_, disk_;
  std::unique_ptr<JournalFile> file_;
  net::Timer couriers_due_;
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

/// A journal's file and the peer that writes it, made known to each other.
[[nodiscard]] std::unique_ptr<JournalFile> journal_file(net::Loop& loop, const Seat& seat, Connection& connection);

}  // namespace tutti::workspace

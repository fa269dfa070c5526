#include "lsp-server/workspace/journalling.hpp"

#include <algorithm>

namespace tutti::workspace {
namespace {

/// So long a journal may wait for a process of its own: an editor that was killed is started again by its person.
constexpr net::Duration courier_patience{10'000};

std::optional<text::Snapshot> find(const std::map<DocumentId, text::Snapshot>& texts, DocumentId document) {
  const auto at = texts.find(document);
  return at == texts.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace

std::unique_ptr<JournalFile> journal_file(net::Loop& loop, const Seat& seat, Connection& connection) {
  return std::make_unique<JournalFile>(
      loop, seat.file,
      JournalFile::Calls{[&connection](std::uint64_t number) { connection.step(peer::Journalled{number}); },
                         [&connection](const std::string& why) { connection.step(peer::JournalTrouble{why}); },
                         [&connection] {
                           connection.run([](peer::Peer& peer, Instant now, peer::Effects& effects) {
                             peer.rewrite_journal(now, effects);
                           });
                         }});
}

/// Brings to the hub what somebody left, and says what the hub does not take.
class Journalling::Courier {
 public:
  Courier(net::Loop& loop, const Settings& settings, const LinkFile& link, Seat seat, peer::journal::Image image, Notice notice,
          std::function<void(Courier*)> ended)
      : seat_(std::move(seat)),
        notice_(std::move(notice)),
        ended_(std::move(ended)),
        connection_(loop, settings, link, config(link), std::move(image), [this](const peer::Effect& effect) { on(effect); }),
        file_(journal_file(loop, seat_, connection_)) {
    connection_.start();
  }

  ~Courier() {
    file_.reset();
    if (done_) clear_seat(seat_);
  }
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

 private:
  static peer::Config config(const LinkFile& link) {
    peer::Config config = peer_config(link, "tutti, for a program that ended");
    config.fetch_all = false;
    config.journal = owner_of(link);
    return config;
  }
  void on(const peer::Effect& effect) {
    if (const auto* journal = std::get_if<peer::Journal>(&effect)) {
      if (file_ && !done_) file_->take(*journal);
    } else if (const auto* refused = std::get_if<peer::Refused>(&effect)) {
      notice_(refused->message + (refused->text.empty() ? "." : ": " + refused->text.substr(0, 200)));
    } else if (std::holds_alternative<peer::StatusChanged>(effect)) {
      const peer::Status status = connection_.peer().status();
      if (status.link != peer::Link::online || status.pending > 0 || done_) return;
      done_ = true;
      ended_(this);
    }
  }

  Seat seat_;
  Notice notice_;
  std::function<void(Courier*)> ended_;
  bool done_ = false;
  Connection connection_;
  std::unique_ptr<JournalFile> file_;
};

Journalling::Journalling(net::Loop& loop, const Settings& settings, const LinkFile& link, std::string home,
                         const std::string& kind, Notice notice)
    : loop_(loop), settings_(settings), link_(link), home_(std::move(home)), notice_(std::move(notice)), couriers_due_(loop) {
  auto seat = take_seat(home_, kind);
  if (!seat) {
    words_ = "No journal is kept, so that what is not yet at the hub is in memory only: " + seat.error().message + ".";
    return;
  }
  seat_ = std::move(*seat);
  Found found = read_journal(*seat_, link_);
  words_ = std::move(found.words);
  image_ = std::move(found.image);
  if (!image_) return;
  recovered_ = true;
  editor_ = image_->editor;
  disk_ = image_->disk;
}

Journalling::~Journalling() = default;

peer::Config Journalling::config(std::string client) const {
  peer::Config config = peer_config(link_, std::move(client));
  if (seat_) config.journal = owner_of(link_);
  return config;
}

void Journalling::attach(Connection& connection) {
  if (seat_) file_ = journal_file(loop_, *seat_, connection);
  if (!words_.empty()) loop_.defer([notice = notice_, words = words_] { notice(words); });
}

void Journalling::take(const peer::Journal& journal) {
  if (file_) file_->take(journal);
}

void Journalling::online() {
  if (!couriers_due_.active()) couriers_due_.once(courier_patience, [this] { send_couriers(); });
}

void Journalling::send_couriers() {
  for (Seat& seat : take_left(home_)) {
    Found found = read_journal(seat, link_);
    if (!found.words.empty()) notice_(found.words);
    if (!found.image || (found.image->asked.empty() && found.image->stranded.empty())) continue;
    const auto ended = [this](Courier* one) {
      loop_.defer([this, one, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) std::erase_if(couriers_, [&](const auto& each) { return each.get() == one; });
      });
    };
    couriers_.push_back(
        std::make_unique<Courier>(loop_, settings_, link_, std::move(seat), std::move(*found.image), notice_, ended));
  }
}

std::optional<text::Snapshot> Journalling::disk_held(DocumentId document) const {
  return find(disk_, document);
}

std::optional<text::Snapshot> Journalling::editor_held(DocumentId document) const {
  return find(editor_, document);
}

}  // namespace tutti::workspace

// How soon a newcomer sees the text of a document with a long history, and what it costs the hub: `bench_join [EVENTS]`.
//
// One JSON line each, of the same document in the same run:
//   floor    the text alone, packed by zstd: what any way of sending it takes at least
//   whole    the text with all its history, as it was sent before
//   text     the text with its newest events, as it is sent now
//   past     the history, asked for behind the text
//   crowd    many who come in while somebody types: what the hub does for each
#include <zstd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "protocol/base/random.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/merge/document.hpp"
#include "sync/session/session.hpp"

using namespace tutti;
using merge::Document;
using text::Chars;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int rounds = 9;
constexpr std::uint64_t tail = 2048;
constexpr std::size_t crowd = 200;

template <class Work>
double ms(const Work& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The best of some: what else the machine does is not ours.
template <class Work>
double best_ms(const Work& work) {
  double best = ms(work);
  for (int i = 1; i < rounds; ++i) best = std::min(best, ms(work));
  return best;
}

/// A text that is written, and written over, again and again, by four people in turn: its history is much longer than it is.
Document written(std::uint64_t events) {
  Document document;
  Random random(7);
  std::uint64_t done = 0, size = 0, at = 0;
  while (done < events) {
    const ReplicaId author(static_cast<std::uint32_t>(1 + random.below(4)));
    at = random.below(size + 1);
    for (std::uint64_t run = 5 + random.below(60); run > 0 && done < events; --run, ++done) {
      const bool erases = size > 100'000 ? random.chance(80) : random.chance(size > 50'000 ? 45 : 10);
      if (erases && at > 0) {
        --at, --size;
        if (!document.replace(author, Chars(at), Chars(1), {})) std::abort();
      } else {
        const char key = static_cast<char>(random.chance(15) ? ' ' : 'a' + random.below(26));
        if (!document.replace(author, Chars(at), Chars(0), {&key, 1})) std::abort();
        ++at, ++size;
      }
    }
  }
  document.fold();
  return document;
}

void print(const char* name, std::size_t bytes, double make_ms, double read_ms) {
  std::cout << "{\"bench\":\"join\",\"way\":\"" << name << "\",\"bytes\":" << bytes << ",\"make_ms\":" << make_ms
            << ",\"text_after_ms\":" << read_ms << "}\n";
}

void floor_of(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  const double make = best_ms([&] { size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3); });
  const double read = best_ms([&] {
    if (ZSTD_decompress(out.data(), out.size(), packed.data(), size) != text.size()) std::abort();
    if (text::Rope(out).size().value == 0) std::abort();
  });
  print("floor", size, make, read);
}

std::string way(const char* name, const std::string& text, const std::function<std::string()>& make) {
  std::string bytes;
  const double make_ms = best_ms([&] { bytes = make(); });
  const double read_ms = best_ms([&] {
    const auto copy = Document::open(bytes);
    if (!copy || copy->text().size().value != text.size()) std::abort();
  });
  print(name, bytes.size(), make_ms, read_ms);
  return bytes;
}

void past_of(const std::string& whole, const std::string& text) {
  const double ms_taken = best_ms([&] {
    auto mine = Document::open(text);
    const auto all = Document::open(whole);
    if (!mine || !all || !mine->take_past(*all)) std::abort();
  });
  print("past", whole.size(), 0, ms_taken);
}

/// A session with the document in it, which people join.
class Hub {
 public:
  explicit Hub(const Document& document) : session_(load(document)) {}

  void join(std::size_t n) {
    session::Connected event;
    event.connection = session::ConnectionId(n + 1);
    event.member = {id<ParticipantId>(n), "one", wire::Kind::person, wire::Role::editor};
    event.hello.protocol = wire::kProtocolVersion;
    step(event);
  }
  void fetch(std::size_t n, bool text) {
    wire::Fetch fetch{document_, {}, text};
    say(n, fetch);
  }
  /// The first one types a key.
  void type() {
    wire::FileEdit edit;
    edit.request = ++request_;
    edit.document = document_;
    edit.change = exchange::to_wire(merge::Change{replica_, Seq(request_ - 1), version_, {{Chars(0), {}, "x"}}});
    version_ = {{replica_, Seq(request_ - 1)}};
    say(0, edit);
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  template <class Id>
  static Id id(std::size_t n) {
    Random random(n + 1);
    return random_id<Id>(random);
  }
  template <class Message>
  void say(std::size_t n, const Message& message) {
    const std::string frame = wire::encode(message);
    step(session::FrameReceived{session::ConnectionId(n + 1), frame});
  }
  session::Session load(const Document& document) {
    record::SessionImage image;
    image.session = id<SessionId>(0);
    image.reserved_replicas = 100'000;
    image.position = Position(1);
    image.documents = {{document_, "a.txt", {}, false}};
    std::uint64_t events = 0;
    for (const auto& [replica, next] : document.known()) {
      image.replicas.push_back({replica, id<ParticipantId>(900), RequestId(0), false});
      events += next.value;
    }
    image.snapshots = {{document_, Position(1), events, document.encode(merge::Parts::history_and_text, merge::Favour::speed)}};
    version_ = document.version();
    auto loaded = session::Session::load(std::move(image), {});
    if (!loaded) std::cerr << loaded.error().message << "\n", std::abort();
    return std::move(*loaded);
  }
  void step(const session::Event& event) {
    effects_.clear();
    session_.step(event, Instant(1 + static_cast<std::int64_t>(request_)), effects_);
    const session::Effects effects = std::move(effects_);
    for (const auto& effect : effects) {
      if (const auto* send = std::get_if<session::Send>(&effect)) take(*send);
      if (const auto* reserve = std::get_if<session::ReserveReplicas>(&effect)) step(session::ReplicasReserved{reserve->end});
    }
  }
  void take(const session::Send& send) {
    sent_ += send.frame->size();
    if (replica_ != ReplicaId() || send.binary) return;
    const auto message = wire::decode_down(*send.frame);
    const auto* welcome = message ? std::get_if<wire::Welcome>(&*message) : nullptr;
    if (welcome != nullptr) replica_ = ReplicaId(welcome->replica);
  }

  DocumentId document_ = id<DocumentId>(5000);
  merge::Version version_;
  ReplicaId replica_;  ///< of the first to come
  session::Session session_;
  session::Effects effects_;
  std::uint64_t request_ = 0;
  std::size_t sent_ = 0;
};

void crowd_of(const Document& document, bool text) {
  Hub hub(document);
  for (std::size_t n = 0; n < 150; ++n) hub.join(n);
  const std::size_t before = hub.sent();
  const double taken = ms([&] {
    for (std::size_t n = 0; n < crowd; ++n) {
      hub.fetch(n % 150, text);
      hub.type();
    }
  });
  std::cout << "{\"bench\":\"join\",\"way\":\"" << (text ? "crowd_text" : "crowd_whole") << "\",\"fetches\":" << crowd
            << ",\"bytes_each\":" << (hub.sent() - before) / crowd << ",\"hub_ms_each\":" << taken / crowd << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const Document document = written(events);
  const std::string text = document.text().str();
  std::cout << "{\"bench\":\"join\",\"events\":" << events << ",\"text_bytes\":" << text.size() << "}\n";
  floor_of(text);
  const std::string whole = way("whole", text, [&] { return document.encode(); });
  const std::string short_one = way("text", text, [&] { return document.encode_text(tail); });
  past_of(whole, short_one);
  crowd_of(document, false);
  crowd_of(document, true);
  return 0;
}

#include "tests/session/stage.hpp"

#include <map>

namespace tutti::session::testing {

namespace {

SessionId session_id() {
  Random random(42);
  return random_id<SessionId>(random);
}

record::SessionImage empty_image() {
  record::SessionImage image;
  image.session = session_id();
  image.name = "Duet";
  return image;
}

wire::FileEdit wrap(Writer& writer, const text::Delta& delta) {
  Result<std::vector<merge::Change>> changes = writer.text.edit(writer.replica, delta);
  REQUIRE(changes.ok());
  REQUIRE(changes->size() == 1);
  wire::FileEdit edit;
  edit.document = writer.document;
  edit.change = exchange::to_wire(changes->front());
  return edit;
}

template <class Key, class Row>
std::vector<Row> values(const std::map<Key, Row>& rows) {
  std::vector<Row> list;
  for (const auto& [key, row] : rows) list.push_back(row);
  return list;
}

}  // namespace

std::string Seat::received() const {
  std::string types;
  for (const wire::Down& message : inbox) types += std::string(wire::type_of(message)) + " ";
  return types;
}

Member member(const std::string& name, wire::Role role) {
  Random random(std::hash<std::string>{}(name));
  return {random_id<ParticipantId>(random), name, wire::Kind::person, role};
}

Member agent(const std::string& name) {
  Member made = member(name, wire::Role::agent);
  made.kind = wire::Kind::agent;
  return made;
}

DocumentId document_id(std::uint64_t seed) {
  Random random(seed);
  return random_id<DocumentId>(random);
}

Stage::Stage(Limits limits) : Stage(limits, empty_image(), 1) {}

Stage::Stage(Limits limits, record::SessionImage image, std::uint64_t seed) : base_(image) {
  config.key.fill(7);
  config.seed = seed;
  config.limits = limits;
  committed = image.position;
  reserved = image.reserved_replicas;
  Result<Session> loaded = Session::load(std::move(image), config);
  INFO((loaded.ok() ? "" : loaded.error().message));
  REQUIRE(loaded.ok());
  session.emplace(std::move(*loaded));
}

Seat& Stage::join(Member member, std::optional<wire::Resume> resume) {
  Seat& seat = seats.emplace_back();
  seat.connection = ConnectionId(next_connection_++);
  seat.member = std::move(member);
  wire::Hello hello;
  hello.protocol = wire::kProtocolVersion;
  hello.client = "test";
  hello.resume = std::move(resume);
  step(Connected{seat.connection, seat.member, std::move(hello)});
  return seat;
}

Seat& Stage::rejoin(const Seat& seat) {
  return join(seat.member, wire::Resume{seat.welcome.replica, seat.welcome.key});
}

void Stage::send(Seat& seat, const wire::Up& message) {
  send_raw(seat, wire::encode(message));
}

void Stage::send_raw(Seat& seat, std::string_view frame) {
  step(FrameReceived{seat.connection, frame});
}

void Stage::disconnect(Seat& seat) {
  step(Disconnected{seat.connection});
}

void Stage::step(const Event& event) {
  Effects effects;
  session->step(event, now, effects);
  deliver(effects);
}

DocumentId Stage::create(Seat& seat, const std::string& path) {
  wire::FileCreate message;
  message.document = document_id(config.seed * 1'000'000 + facts.size() * 1000 + seat.connection.value);
  message.path = path;
  request(seat, message);
  INFO(seat.received());
  REQUIRE(seat.take<wire::Received>().size() == 1);
  return message.document;
}

void Stage::commit() {
  if (!facts.empty()) committed = facts.back().position;
  step(Committed{committed});
}

void Stage::clear() {
  for (Seat& seat : seats) seat.inbox.clear();
}

record::SessionImage Stage::image(bool committed_only) const {
  record::SessionImage image = base_;
  std::map<DocumentId, record::DocumentRow> documents;
  std::map<ReplicaId, record::ReplicaRow> replicas;
  for (const auto& row : image.documents) documents[row.document] = row;
  for (const auto& row : image.replicas) replicas[row.replica] = row;
  for (const record::Fact& fact : facts) {
    if (committed_only && fact.position > committed) break;
    image.position = fact.position;
    for (const record::Row& row : fact.rows) {
      if (const auto* document = std::get_if<record::DocumentRow>(&row)) documents[document->document] = *document;
      if (const auto* change = std::get_if<record::ChangeRow>(&row)) image.changes.push_back(*change);
      if (const auto* replica = std::get_if<record::ReplicaRow>(&row)) replicas[replica->replica] = *replica;
    }
  }
  image.documents = values(documents);
  image.replicas = values(replicas);
  image.reserved_replicas = reserved;
  return image;
}

Stage Stage::crash() const {
  return Stage(config.limits, image(), config.seed + 1);
}

void Stage::deliver(const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* sent = std::get_if<Send>(&effect)) deliver(*sent);
    if (const auto* fact = std::get_if<Append>(&effect)) facts.push_back(fact->fact);
    if (const auto* compact = std::get_if<Compact>(&effect)) compacts.push_back(*compact);
    if (const auto* ended = std::get_if<ParticipantGone>(&effect)) gone.push_back(*ended);
    if (const auto* close = std::get_if<Close>(&effect)) {
      if (Seat* seat = seat_of(close->connection)) seat->closed = *close;
    }
    if (const auto* reserve = std::get_if<ReserveReplicas>(&effect)) {
      reservations.push_back(*reserve);
      if (reserves) {
        reserved = reserve->end;
        step(ReplicasReserved{reserve->end});
      }
    }
  }
}

void Stage::deliver(const Send& sent) {
  for (const ConnectionId to : sent.to) {
    Seat* seat = seat_of(to);
    REQUIRE(seat != nullptr);
    CHECK_FALSE(seat->closed);
    if (sent.binary) {
      seat->bulk.push_back(*sent.frame);
      continue;
    }
    Result<wire::Down> message = wire::decode_down(*sent.frame);
    INFO(*sent.frame);
    REQUIRE(message.ok());
    if (const auto* welcome = std::get_if<wire::Welcome>(&*message)) {
      seat->welcome = *welcome;
      seat->request = welcome->request;
    }
    seat->inbox.push_back(std::move(*message));
  }
}

Seat* Stage::seat_of(ConnectionId connection) {
  for (Seat& seat : seats) {
    if (seat.connection == connection) return &seat;
  }
  return nullptr;
}

wire::FileEdit Writer::insert(std::uint64_t at, std::string_view what) {
  return wrap(*this, text::Delta().retain(text::Chars(at)).insert(what));
}

wire::FileEdit Writer::erase(std::uint64_t at, std::uint64_t count) {
  return wrap(*this, text::Delta().retain(text::Chars(at)).erase(text::Chars(count)));
}

void Writer::take(const wire::FileEdit& edit) {
  const merge::Change change = exchange::to_merge(edit.change);
  REQUIRE(text.apply({&change, 1}).ok());
}

}  // namespace tutti::session::testing

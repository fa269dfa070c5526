#include "sync/peer/journal/record.hpp"

#include <algorithm>

#include "sync/exchange/convert.hpp"
#include "sync/merge/file/bytes.hpp"
#include "sync/merge/file/live.hpp"
#include "sync/peer/journal/frame.hpp"

namespace tutti::peer::journal {

namespace {

using merge::ByteReader;
using merge::put_varint;

// The first byte of a body: the record's kind.
enum Kind : std::uint8_t {
  kHead = 1,
  kFile,
  kFileGone,
  kText,
  kTextGone,
  kForeign,
  kAsk,
  kSent,
  kDone,
  kMark,
  kDiskText,
  kRevives,
  kGivenUp
};
enum What : std::uint8_t { kCreate = 0, kEdit = 1, kRename = 2, kDelete = 3, kTyped = 4 };
// Bits of a file.
constexpr std::uint8_t crlf = 1, bom = 2, executable = 4, on_hub = 8, spent = 16;

// ---- writing

template <class Id>
void put_id(std::string& out, const Id& id) {
  for (const std::uint8_t byte : id.bytes) out.push_back(static_cast<char>(byte));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

std::uint8_t bits_of(const wire::Traits& traits) {
  return static_cast<std::uint8_t>((traits.eol == wire::Eol::crlf ? crlf : 0) | (traits.bom ? bom : 0) |
                                   (traits.executable ? executable : 0));
}

/// To the end of the record.
void put_change(std::string& out, const merge::Change& change) {
  put_varint(out, change.replica.value);
  put_varint(out, change.seq.value);
  out += merge::encode_change(change);
}

struct RequestWriter {
  std::string& out;
  bool typed;

  void begin(What what, const DocumentId& document) const {
    out.push_back(static_cast<char>(what));
    put_id(out, document);
  }
  void operator()(const wire::FileCreate& request) const {
    begin(kCreate, request.document);
    out.push_back(static_cast<char>(bits_of(request.traits)));
    out += request.path;
  }
  void operator()(const wire::FileEdit& request) const {
    begin(typed ? kTyped : kEdit, request.document);
    put_change(out, exchange::to_merge(request.change));
  }
  void operator()(const wire::FileRename& request) const {
    begin(kRename, request.document);
    out += request.path;
  }
  void operator()(const wire::FileDelete& request) const { begin(kDelete, request.document); }
};

struct Writer {
  std::string& out;

  void begin(Kind kind) const { out.push_back(static_cast<char>(kind)); }
  void begin(Kind kind, const DocumentId& document) const {
    begin(kind);
    put_id(out, document);
  }
  void operator()(const Head& record) const {
    begin(kHead);
    put_id(out, record.owner.session);
    put_id(out, record.owner.participant);
    put_text(out, record.owner.hub);
    put_varint(out, record.replica.value);
    put_text(out, record.key);
    put_varint(out, record.own.size());
    for (const ReplicaId replica : record.own) put_varint(out, replica.value);
    put_varint(out, record.next);
    put_varint(out, record.characters);
  }
  void operator()(const FileLine& record) const {
    begin(kFile, record.document);
    out.push_back(static_cast<char>(bits_of(record.traits) | (record.on_hub ? on_hub : 0) | (record.spent ? spent : 0)));
    put_text(out, record.path);
    put_text(out, record.hub_path);
    if (!record.spent) return;
    put_varint(out, record.spent->replica.value);
    put_varint(out, record.spent->seq.value);
  }
  void operator()(const FileGone& record) const { begin(kFileGone, record.document); }
  void operator()(const Text& record) const {
    begin(kText, record.document);
    out += record.bytes;
  }
  void operator()(const TextGone& record) const {
    begin(kTextGone, record.document);
    put_varint(out, record.used.value);
  }
  void operator()(const Foreign& record) const {
    begin(kForeign, record.document);
    put_change(out, record.change);
  }
  void operator()(const Ask& record) const {
    begin(kAsk);
    put_varint(out, record.id);
    std::visit(RequestWriter{out, record.typed}, record.request);
  }
  void operator()(const Sent& record) const {
    begin(kSent);
    put_varint(out, record.id);
    put_varint(out, record.number.value);
  }
  void operator()(const Done& record) const {
    begin(kDone);
    for (const auto& [first, count] : record.runs) {
      put_varint(out, first);
      put_varint(out, count);
    }
  }
  void operator()(const GivenUp& /*record*/) const { begin(kGivenUp); }
  void operator()(const Revives& record) const {
    begin(kRevives);
    put_varint(out, record.id);
    for (const merge::Revival& each : record.revivals) {
      for (const merge::EventName& name : {each.copy, each.erased}) {
        put_varint(out, name.replica.value);
        put_varint(out, name.seq.value);
      }
      put_varint(out, each.count);
    }
  }
  void operator()(const Mark& record) const {
    begin(kMark, record.document);
    out.push_back(static_cast<char>(record.where));
  }
  void operator()(const DiskText& record) const {
    begin(kDiskText, record.document);
    out += record.text;
  }
};

// ---- reading

template <class Id>
Id read_id(ByteReader& in) {
  Id id;
  const std::string_view bytes = in.take(id.bytes.size());
  std::transform(bytes.begin(), bytes.end(), id.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

std::string read_text(ByteReader& in) {
  return std::string(in.take(in.varint()));
}

std::string read_rest(ByteReader& in) {
  return std::string(in.take(in.rest().size()));
}

std::uint8_t read_byte(ByteReader& in) {
  const std::string_view byte = in.take(1);
  return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
}

wire::Traits traits_of(std::uint8_t bits) {
  return {(bits & crlf) != 0 ? wire::Eol::crlf : wire::Eol::lf, (bits & bom) != 0, (bits & executable) != 0};
}

Error broken() {
  return error(ErrorCode::corrupt, "this is not a record of a journal, or it is damaged");
}

Result<merge::Change> read_change(ByteReader& in) {
  const ReplicaId replica(in.small());
  const Seq seq(in.varint());
  if (!in.ok()) return broken();
  return merge::decode_change(in.take(in.rest().size()), {replica, seq});
}

Result<Request> read_request(ByteReader& in, std::uint8_t what) {
  const auto document = read_id<DocumentId>(in);
  if (what == kCreate) {
    const wire::Traits traits = traits_of(read_byte(in));
    return Request(wire::FileCreate{{}, {}, {}, document, read_rest(in), traits});
  }
  if (what == kRename) return Request(wire::FileRename{{}, {}, {}, document, read_rest(in)});
  if (what == kDelete) return Request(wire::FileDelete{{}, {}, {}, document});
  if (what != kEdit && what != kTyped) return broken();
  const Result<merge::Change> change = read_change(in);
  if (!change) return change.error();
  wire::FileEdit edit;
  edit.document = document;
  edit.change = exchange::to_wire(*change);
  return Request(std::move(edit));
}

Head read_head(ByteReader& in) {
  Head head;
  head.owner.session = read_id<SessionId>(in);
  head.owner.participant = read_id<ParticipantId>(in);
  head.owner.hub = read_text(in);
  head.replica = ReplicaId(in.small());
  head.key = read_text(in);
  for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) head.own.emplace_back(in.small());
  head.next = in.varint();
  head.characters = in.varint();
  return head;
}

FileLine read_file(ByteReader& in) {
  FileLine line;
  line.document = read_id<DocumentId>(in);
  const std::uint8_t bits = read_byte(in);
  line.traits = traits_of(bits);
  line.on_hub = (bits & on_hub) != 0;
  line.path = read_text(in);
  line.hub_path = read_text(in);
  if ((bits & spent) == 0) return line;
  const ReplicaId replica(in.small());
  line.spent = merge::EventName{replica, Seq(in.varint())};
  return line;
}

Done read_done(ByteReader& in) {
  Done done;
  while (in.ok() && !in.at_end()) {
    const std::uint64_t first = in.varint();
    done.runs.emplace_back(first, in.varint());
  }
  return done;
}

Revives read_revives(ByteReader& in) {
  Revives revives;
  revives.id = in.varint();
  while (in.ok() && !in.at_end()) {
    merge::Revival each;
    for (merge::EventName* name : {&each.copy, &each.erased}) {
      name->replica = ReplicaId(in.small());
      name->seq = Seq(in.varint());
    }
    each.count = in.varint();
    revives.revivals.push_back(each);
  }
  return revives;
}

Result<Record> read_record(ByteReader& in) {
  switch (read_byte(in)) {
    case kHead:
      return Record(read_head(in));
    case kFile:
      return Record(read_file(in));
    case kFileGone:
      return Record(FileGone{read_id<DocumentId>(in)});
    case kText: {
      const auto document = read_id<DocumentId>(in);
      return Record(Text{document, read_rest(in)});
    }
    case kTextGone: {
      const auto document = read_id<DocumentId>(in);
      return Record(TextGone{document, Seq(in.varint())});
    }
    case kForeign: {
      const auto document = read_id<DocumentId>(in);
      Result<merge::Change> change = read_change(in);
      if (!change) return change.error();
      return Record(Foreign{document, std::move(*change)});
    }
    case kAsk: {
      const std::uint64_t id = in.varint();
      const std::uint8_t what = read_byte(in);
      Result<Request> request = read_request(in, what);
      if (!request) return request.error();
      return Record(Ask{id, std::move(*request), what == kTyped});
    }
    case kSent: {
      const std::uint64_t id = in.varint();
      return Record(Sent{id, RequestId(in.varint())});
    }
    case kDone:
      return Record(read_done(in));
    case kRevives:
      return Record(read_revives(in));
    case kGivenUp:
      return Record(GivenUp{});
    case kMark: {
      const auto document = read_id<DocumentId>(in);
      const std::uint8_t where = read_byte(in);
      if (where > 1) return broken();
      return Record(Mark{document, static_cast<Mark::Where>(where)});
    }
    case kDiskText: {
      const auto document = read_id<DocumentId>(in);
      return Record(DiskText{document, read_rest(in)});
    }
    default:
      return broken();
  }
}

}  // namespace

void put(std::string& out, const Record& record) {
  std::string body;
  std::visit(Writer{body}, record);
  put_frame(out, body);
}

Result<Record> read(std::string_view body) {
  ByteReader in(body);
  Result<Record> record = read_record(in);
  if (!record) return record;
  if (!in.ok() || !in.at_end()) return broken();
  return record;
}

}  // namespace tutti::peer::journal

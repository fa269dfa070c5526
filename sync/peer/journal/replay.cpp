#include "sync/peer/journal/replay.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/peer/journal/frame.hpp"

// A journal holds, of each text in it, where it stood once and every change since, ours and others'. Our changes that the hub
// has not made safe stand in it as requests, in the order in which they are to be sent.
//
//     head · file · text ─ foreign ─ ask 1 ─ ask 2 ─ foreign ─ done 1 ─ ask 3
//                          └──────────────── the text ───────────────────┘      asked: 2, 3
//
// Where a record is missing, those that follow on it cannot be placed: a change says so by itself, since it names the event
// that it follows on. Without a text's own record its edits are stranded: the hub has what they follow on.

namespace tutti::peer::journal {

namespace {

class Replaying {
 public:
  explicit Replaying(Image& image) : image_(image) {}

  void operator()(Head& record) const {
    image_.head = std::move(record);
    image_.next = std::max(image_.next, image_.head.next);
  }
  void operator()(FileLine& record) const {
    image_.deleted.erase(record.document);
    image_.files[record.document] = std::move(record);
  }
  void operator()(const FileGone& record) const {
    const auto known = image_.files.find(record.document);
    if (known == image_.files.end()) return;
    image_.deleted[record.document] = std::move(known->second);
    image_.files.erase(known);
    forget_text(record.document);
  }
  void operator()(const Text& record) {
    forget_text(record.document);
    if (record.bytes.empty()) {
      image_.texts[record.document] = std::make_unique<merge::Document>(limits());
      return;
    }
    Result<merge::Document> text = merge::Document::open(record.bytes, limits());
    if (!text) return;  // its edits are stranded
    image_.texts[record.document] = std::make_unique<merge::Document>(std::move(*text));
  }
  void operator()(const TextGone& record) {
    forget_text(record.document);
    image_.used[record.document] = record.used;
  }
  void operator()(const Foreign& record) {
    merge::Document* text = find(record.document);
    if (text != nullptr) static_cast<void>(text->apply({&record.change, 1}));  // where that fails, so does what follows on it
    image_.editor.erase(record.document);
  }
  void operator()(Ask& record) {
    image_.next = std::max(image_.next, record.id + 1);
    const DocumentId document = document_of(record.request);
    const auto* create = std::get_if<wire::FileCreate>(&record.request);
    if (create != nullptr && !image_.deleted.contains(document)) {
      image_.files.try_emplace(document, FileLine{document, create->path, create->path, create->traits, false, {}});
    } else if (const auto* edit = std::get_if<wire::FileEdit>(&record.request)) {
      return take_edit(record.id, *edit, record.typed);
    } else if (std::holds_alternative<wire::FileDelete>(record.request)) {
      forget_deleted(document);
    }
    image_.asked.push_back({record.id, std::move(record.request), {}, {}});
  }
  void operator()(const Sent& record) const {
    for (Asked& asked : image_.asked) {
      if (asked.id == record.id) asked.number = record.number;
    }
  }
  void operator()(Revives& record) const {
    for (auto* list : {&image_.asked, &image_.stranded}) {
      for (Asked& asked : *list) {
        if (asked.id == record.id) asked.revivals = std::move(record.revivals);
      }
    }
  }
  void operator()(const Done& record) const {
    for (const auto& [first, count] : record.runs) {
      const auto safe = [first = first, count = count](const Asked& asked) {
        return asked.id >= first && asked.id - first < count;
      };
      std::erase_if(image_.asked, safe);
      std::erase_if(image_.stranded, safe);
    }
  }
  void operator()(const GivenUp& /*record*/) const { image_.given_up = true; }
  void operator()(const DiskText& record) const {
    if (utf8::valid(record.text)) image_.disk[record.document] = text::Rope(record.text).snapshot();
  }
  void operator()(const Mark& record) const {
    const merge::Document* text = find(record.document);
    if (text == nullptr) return;
    (record.where == Mark::Where::editor ? image_.editor : image_.disk)[record.document] = text->snapshot();
  }

  void finish();

 private:
  [[nodiscard]] merge::Limits limits() const {
    merge::Limits limits;
    if (image_.head.characters != 0) limits.document_chars = image_.head.characters;
    return limits;
  }
  [[nodiscard]] merge::Document* find(DocumentId document) const {
    const auto at = image_.texts.find(document);
    return at == image_.texts.end() ? nullptr : at->second.get();
  }
  void forget_text(DocumentId document) const {
    image_.texts.erase(document);
    image_.editor.erase(document);
    image_.disk.erase(document);
  }
  void forget_deleted(DocumentId document) const;
  void take_edit(std::uint64_t id, const wire::FileEdit& edit, bool typed);
  void lose(const wire::FileEdit& edit) const { image_.lost[edit.document] += words_of(edit); }
  void infer_head() const;
  void strand_without_text() const;
  void forget_half_deleted() const;

  Image& image_;
};

/// By us. A creation and edits before it may still stand there, asked for once more; nobody wants their text any more.
void Replaying::forget_deleted(DocumentId document) const {
  (*this)(FileGone{document});
  for (auto* list : {&image_.asked, &image_.stranded}) {
    std::erase_if(*list, [&](const Asked& asked) {
      return std::holds_alternative<wire::FileEdit>(asked.request) && document_of(asked.request) == document;
    });
  }
  image_.lost.erase(document);
}

void Replaying::take_edit(std::uint64_t id, const wire::FileEdit& edit, bool typed) {
  merge::Document* text = find(edit.document);
  if (text == nullptr) {
    image_.stranded.push_back({id, edit, {}, {}});
    return;
  }
  const merge::Change change = exchange::to_merge(edit.change);
  if (text->apply({&change, 1})) {
    image_.asked.push_back({id, edit, {}, {}});
  } else {
    lose(edit);
  }
  const auto shown = image_.editor.find(edit.document);
  if (shown == image_.editor.end()) return;
  if (typed) {
    shown->second = text->snapshot();
  } else {
    image_.editor.erase(shown);
  }
}

/// The head is damaged. Whose name the edits bear says all that is needed to make them again under another.
void Replaying::infer_head() const {
  for (const auto* list : {&image_.asked, &image_.stranded}) {
    for (const Asked& asked : *list) {
      const auto* edit = std::get_if<wire::FileEdit>(&asked.request);
      if (edit != nullptr) image_.head.replica = std::max(image_.head.replica, ReplicaId(edit->change.replica));
    }
  }
  if (image_.head.replica != ReplicaId()) image_.head.own = {image_.head.replica};
}

/// A text whose file is not known is of no use, and edits without their text cannot be ours yet.
void Replaying::strand_without_text() const {
  std::erase_if(image_.texts, [&](const auto& each) { return !image_.files.contains(each.first); });
  std::erase_if(image_.asked, [&](const Asked& asked) {
    const bool alone = std::holds_alternative<wire::FileEdit>(asked.request) && find(document_of(asked.request)) == nullptr;
    if (alone) image_.stranded.push_back(asked);
    return alone;
  });
}

/// A text that came behind its edits holds them, or not.
void Replaying::finish() {
  std::erase_if(image_.stranded, [&](const Asked& asked) {
    const auto& edit = std::get<wire::FileEdit>(asked.request);
    merge::Document* text = find(edit.document);
    if (text == nullptr) return false;
    const merge::Change change = exchange::to_merge(edit.change);
    if (text->apply({&change, 1})) {
      image_.asked.push_back(asked);
    } else {
      lose(edit);
    }
    return true;
  });
  strand_without_text();
  std::sort(image_.asked.begin(), image_.asked.end(), [](const Asked& a, const Asked& b) { return a.id < b.id; });
  if (image_.head.replica == ReplicaId()) infer_head();
  forget_half_deleted();
}

/// Ours to be deleted, but the request for it was not written any more: nothing of such a file is sent. If the hub has it, it
/// comes back.
void Replaying::forget_half_deleted() const {
  std::erase_if(image_.deleted, [&](const auto& each) {
    const DocumentId document = each.first;
    const auto of_it = [&](const Asked& asked) { return document_of(asked.request) == document; };
    const bool whole = std::any_of(image_.asked.begin(), image_.asked.end(), [&](const Asked& asked) {
      return of_it(asked) && std::holds_alternative<wire::FileDelete>(asked.request);
    });
    if (whole) return false;
    std::erase_if(image_.asked, of_it);
    std::erase_if(image_.stranded, of_it);
    return true;
  });
}

}  // namespace

Result<Image> replay(std::string_view file) {
  const Result<Frames> frames = read_frames(file);
  if (!frames) return frames.error();
  Image image;
  image.lost_bytes = frames->lost_bytes;
  image.torn = frames->torn;
  Replaying replaying(image);
  for (const std::string_view body : frames->bodies) {
    Result<Record> record = read(body);
    if (record) {
      std::visit(replaying, *record);
    } else {
      image.lost_bytes += body.size();
    }
  }
  replaying.finish();
  if (image.head.replica == ReplicaId()) return error(ErrorCode::corrupt, "nothing of the journal can be read");
  return image;
}

}  // namespace tutti::peer::journal

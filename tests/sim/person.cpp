#include "tests/sim/person.hpp"

#include <algorithm>

namespace tutti::sim {

namespace {

const char* const paths[] = {"a.txt", "b.txt", "src/c.txt", "src/d.txt", "e.md", "f/g/h.txt"};
const char* const filler[] = {"x", "word ", "\n", "ä", "two\nlines\n", "emoji 😀 ", "longer piece of text, "};

}  // namespace

namespace {

std::string what_is_lost(const peer::journal::Image& image) {
  std::string lost = std::to_string(image.lost_bytes) + " bytes";
  for (const auto& [document, words] : image.lost) lost += ", \"" + words + "\" of " + to_string(document);
  return lost;
}

}  // namespace

Person::Person(std::size_t n, std::uint64_t seed, Ledger& ledger)
    : number(n), random_(0), chances_(seed * 1000 + n), ledger_(ledger) {
  member.participant = random_id<ParticipantId>(chances_);
  member.name = "person" + std::to_string(n);
  member.role = wire::Role::editor;
  begin({});
}

bool Person::holds(const Token& what, const std::string& token) const {
  const merge::Document* document = peer->document(what.document);
  return document != nullptr && document->text().str().find(token) != std::string::npos;
}

std::string Person::restart(Paper::End end) {
  const Result<peer::journal::Image> before = peer::journal::replay(paper.written());
  const std::string bytes = paper.left_by(end, chances_);
  Result<peer::journal::Image> image = peer::journal::replay(bytes);
  const bool whole = image && !image->damaged();
  if (end == Paper::End::killed && !bytes.empty() && !whole)
    return "the journal of a killed process is damaged: " + (image ? what_is_lost(*image) : image.error().message);
  if (!image) paper.discard();
  if (image && before && image->head.replica != before->head.replica) note_doubtful(*image);
  begin(image ? std::optional(std::move(*image)) : std::nullopt);
  for (auto& [token, what] : ledger_) {
    if (what.author != number || what.fate != Fate::written || holds(what, token)) continue;
    if (end == Paper::End::killed) return token + " is not in the journal of a killed process";
    what.fate = Fate::forgotten;
  }
  return {};
}

void Person::note_doubtful(const peer::journal::Image& image) {
  for (auto& [token, what] : ledger_) {
    const auto text = image.texts.find(what.document);
    const bool in = text != image.texts.end() && text->second->text().str().find(token) != std::string::npos;
    if (in && what.author == number) ++what.most;
  }
}

void Person::begin(std::optional<peer::journal::Image> image) {
  ++lives_;
  shown_.clear();
  desks_.clear();  // whoever kills the server kills the editor with it
  for (auto& [token, what] : ledger_) {
    if (what.author == number && what.fate == Fate::typed) what.fate = Fate::forgotten;
  }
  peer::Config config;
  config.token = "token" + std::to_string(number);
  config.client = "simulated";
  config.seed = chances_.next();
  config.window_bytes = 200 + chances_.below(2000);
  if (config.seed % 3 == 0) config.step_work = config.seed % 40;  // takes in what others did a little at a time
  config.journal = peer::journal::Owner{SessionId{}, member.participant, "simulated"};
  peer = image ? std::make_unique<peer::Peer>(config, std::move(*image)) : std::make_unique<peer::Peer>(config);
}

void Person::write_token(DocumentId document, Fate fate, text::Delta& delta) {
  std::string token = "<" + std::to_string(number) + "." + std::to_string(lives_) + "." + std::to_string(serial_++) + ">";
  ledger_[token] = {number, document, fate};
  delta.insert(token);
}

std::optional<DocumentId> Person::any_ready() {
  std::vector<DocumentId> ready;
  for (const wire::DocumentInfo& info : peer->documents()) {
    if (peer->document(info.document) != nullptr) ready.push_back(info.document);
  }
  if (ready.empty()) return std::nullopt;
  return ready[random_.below(ready.size())];
}

bool Person::edit(Instant now, peer::Effects& effects) {
  const std::optional<DocumentId> chosen = any_ready();
  if (!chosen) return false;
  const DocumentId document = *chosen;
  const bool opens = random_.chance(15);
  if (opens) desks_.try_emplace(document, peer->document(document)->text(), random_.next(), now);
  Desk* desk = desk_of(document);
  const text::Rope& rope = desk != nullptr ? desk->buffer() : peer->document(document)->text();
  const std::uint64_t size = rope.size().value;
  std::uint64_t at = random_.below(size + 1);
  text::Delta delta;
  // A deletion takes filler only: it stops at the first character that a token may have.
  const std::string near = rope.str(text::Chars(at), text::Chars(std::min(size, at + 12)));
  const auto plain = static_cast<std::uint64_t>(
      std::find_if(near.begin(), near.end(),
                   [](char c) { return c == '<' || c == '>' || c == '.' || (c >= '0' && c <= '9') || (c & 0x80) != 0; }) -
      near.begin());
  // Inside a token nobody writes, so that it stays in one piece.
  const std::string before = rope.str(text::Chars(at > 40 ? at - 40 : 0), text::Chars(at));
  const auto open = before.rfind('<');
  if (open != std::string::npos && before.find('>', open) == std::string::npos) at = 0;
  delta.retain(text::Chars(at));
  if (random_.chance(40) && at != 0 && plain > 0) delta.erase(text::Chars(1 + random_.below(plain)));
  if (random_.chance(60)) write_token(document, desk != nullptr ? Fate::typed : Fate::written, delta);
  delta.insert(filler[random_.below(std::size(filler))]);
  if (desk != nullptr) {
    desk->type(delta);
    return true;
  }
  if (give(document, delta, now, effects)) return true;
  for (const text::Step& step : delta.steps()) {
    if (const auto* words = std::get_if<text::Insert>(&step)) note(document, Fate::refused, words->text);
  }
  return false;
}

bool Person::give(DocumentId document, const text::Delta& delta, Instant now, peer::Effects& effects) {
  if (!peer->edit(document, delta, now, effects)) return false;
  if (const auto shown = shown_.find(document); shown != shown_.end()) text::apply(shown->second, delta);
  return true;
}

// ---- in an editor

Desk* Person::desk_of(DocumentId document) {
  const auto desk = desks_.find(document);
  return desk == desks_.end() ? nullptr : &desk->second;
}

bool Person::busy() const {
  return std::any_of(desks_.begin(), desks_.end(), [](const auto& each) { return !each.second.idle(); });
}

std::uint64_t Person::attend(Instant now, peer::Effects& effects) {
  std::uint64_t refusals = 0;
  for (auto& [document, desk] : desks_) {
    const std::uint64_t before = desk.refusals();
    attend(document, desk, now, effects);
    refusals += desk.refusals() - before;
  }
  return refusals;
}

void Person::attend(DocumentId document, Desk& desk, Instant now, peer::Effects& effects) {
  const std::optional<text::Delta> local = desk.attend(now);
  const bool done = !local || give(document, *local, now, effects);
  const text::Rope& text = peer->document(document)->text();
  desk.settle(done ? nullptr : &text, now);
  if (local) note(document, Fate::typed, done ? Fate::written : Fate::refused, done ? text.str() : desk.shadow().str());
}

void Person::create(Instant now, peer::Effects& effects) {
  const auto made = peer->create(paths[random_.below(std::size(paths))], {}, "made by " + member.name + "\n", now, effects);
  if (made) shown_[*made] = text::Rope(peer->document(*made)->text().str());
}

void Person::change_tree(Instant now, peer::Effects& effects) {
  const auto documents = peer->documents();
  if (documents.empty()) return;
  const DocumentId document = documents[random_.below(documents.size())].document;
  if (random_.chance(60)) {
    static_cast<void>(peer->rename(document, paths[random_.below(std::size(paths))], now, effects));
  } else if (random_.chance(30) && peer->erase(document, now, effects).ok()) {
    shown_.erase(document);
    desks_.erase(document);
    for (auto& [token, what] : ledger_) {
      if (what.document == document) what.fate = Fate::forgotten;
    }
  }
}

std::string Person::turn_back(Instant now, peer::Effects& effects) {
  const std::optional<DocumentId> document = any_ready();
  if (!document) return {};
  const std::string before = peer->document(*document)->text().str();
  const Result<text::Delta> done =
      random_.chance(60) ? peer->undo(*document, now, effects) : peer->redo(*document, now, effects);
  if (!done) return {};
  if (const auto shown = shown_.find(*document); shown != shown_.end()) text::apply(shown->second, *done);
  if (Desk* desk = desk_of(*document)) desk->remote(*done, now);
  return note_turned(*document, before, peer->document(*document)->text().str());
}

std::string Person::note_turned(DocumentId document, const std::string& before, const std::string& after) {
  for (auto& [token, what] : ledger_) {
    if (what.document != document) continue;
    const bool was = before.find(token) != std::string::npos, is = after.find(token) != std::string::npos;
    if (was != is && what.author != number) return "taking back one's own work touches " + token;
    if (was == is) continue;
    what.fate = Fate::forgotten;
  }
  return {};
}

Work Person::work(std::uint64_t seed, Instant now, peer::Effects& effects) {
  random_ = Random(seed);
  const std::uint64_t kind = random_.below(100);
  if (kind < 74) return {edit(now, effects), {}};
  if (kind < 82) return {false, turn_back(now, effects)};
  if (kind < 90) {
    create(now, effects);
  } else if (kind < 95) {
    change_tree(now, effects);
  } else {
    for (const wire::DocumentInfo& info : peer->documents()) peer->move_cursor(info.document, {{1, 2}}, now, effects);
  }
  return {};
}

void Person::note(DocumentId document, Fate fate, const std::string& words) {
  for (auto& [token, what] : ledger_) {
    if (what.document == document && what.author == number && words.find(token) != std::string::npos) what.fate = fate;
  }
}

void Person::note(DocumentId document, Fate from, Fate to, const std::string& words) {
  for (auto& [token, what] : ledger_) {
    const bool mine = what.document == document && what.author == number && what.fate == from;
    if (mine && words.find(token) != std::string::npos) what.fate = to;
  }
}

std::string Person::watch(const peer::Effects& effects, Instant now) {
  for (const peer::Effect& effect : effects) {
    if (const auto* ready = std::get_if<peer::DocumentReady>(&effect)) {
      const merge::Document* document = peer->document(ready->document);
      if (document != nullptr) shown_[ready->document] = text::Rope(document->text().str());
    } else if (const auto* gone = std::get_if<peer::DocumentGone>(&effect)) {
      shown_.erase(gone->document);
      desks_.erase(gone->document);
      for (auto& [token, what] : ledger_) {
        const bool open = what.fate == Fate::written || what.fate == Fate::typed;
        if (what.document == gone->document && open && what.author == number) what.fate = Fate::forgotten;
      }
    } else if (const auto* edit = std::get_if<peer::RemoteEdit>(&effect)) {
      const auto shown = shown_.find(edit->document);
      if (shown == shown_.end()) return "an edit was announced for a text that was not";
      if (edit->delta.reach() > shown->second.size()) return "an announced edit does not fit the announced text";
      const std::string before = edit->turns_back ? shown->second.str() : std::string();
      text::apply(shown->second, edit->delta);
      if (Desk* desk = desk_of(edit->document)) desk->remote(edit->delta, now);
      if (!edit->turns_back) continue;
      if (std::string fault = note_turned(edit->document, before, shown->second.str()); !fault.empty()) return fault;
    } else if (const auto* refused = std::get_if<peer::Refused>(&effect)) {
      if (refused->document) note(*refused->document, Fate::refused, refused->text);
    } else if (const auto* taken = std::get_if<peer::PathTaken>(&effect)) {
      note(taken->ours, Fate::refused, taken->text);
    }
  }
  return {};
}

void Person::note_safe() {
  for (auto& [token, what] : ledger_) {
    if (what.author == number && what.fate == Fate::written && peer->document(what.document) != nullptr &&
        peer->pending(what.document) == 0) {
      what.fate = Fate::safe;
    }
  }
}

std::string Person::compare_shown() const {
  for (const auto& [document, rope] : shown_) {
    const merge::Document* real = peer->document(document);
    if (real == nullptr) return "a text is shown that the peer does not have";
    if (real->text().str() != rope.str())
      return "what is shown is not what the peer holds: of " + to_string(document) + " '" + rope.str() + "' for '" +
             real->text().str() + "'";
  }
  for (const auto& [document, desk] : desks_) {
    if (!desk.idle()) return "an editor is not at rest";
    if (desk.buffer().str() != peer->document(document)->text().str()) return "an editor has another text";
  }
  return {};
}

}  // namespace tutti::sim

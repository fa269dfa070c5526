#include "tests/lsp/simulated_editor.hpp"

#include <algorithm>
#include <utility>

namespace tutti::link {

namespace {

std::size_t units(char32_t c, text::Encoding encoding) {
  switch (encoding) {
    case text::Encoding::utf8:
      return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    case text::Encoding::utf16:
      return c < 0x10000 ? 1 : 2;
    case text::Encoding::utf32:
      return 1;
  }
  return 1;
}

}  // namespace

// ---- the buffer as the protocol sees it

std::u32string SimulatedEditor::document() const {
  if (!temper_.habits.implicit_newline || !newline_ || buffer_.empty()) return buffer_;
  return buffer_ + U'\n';
}

text::Place SimulatedEditor::place(std::size_t at) const {
  text::Place place;
  for (std::size_t i = 0; i < at; ++i) {
    if (buffer_[i] == U'\n') {
      ++place.line;
      place.column = 0;
    } else {
      place.column += static_cast<std::uint32_t>(units(buffer_[i], temper_.habits.encoding));
    }
  }
  return place;
}

std::size_t SimulatedEditor::offset(text::Place wanted) const {
  text::Place here;
  for (std::size_t i = 0; i <= buffer_.size(); ++i) {
    if (here == wanted) return i;
    if (i == buffer_.size()) break;
    const bool ends = buffer_[i] == U'\n';
    here.line += ends ? 1 : 0;
    here.column = ends ? 0 : here.column + static_cast<std::uint32_t>(units(buffer_[i], temper_.habits.encoding));
  }
  throw std::string("the server named a place that is not in the buffer");
}

void SimulatedEditor::start() {
  ++epoch_;
  mine_ = theirs_ = 0;
  queue_.clear();
  if (temper_.habits.implicit_newline && !newline_ && !buffer_.empty() && buffer_.back() == U'\n') {
    newline_ = true;  // didOpen cannot tell "a\n" without the flag from "a" with it; see the decision on the final newline
    buffer_.pop_back();
  }
  std::u32string file = document();
  if (temper_.habits.implicit_newline && newline_ && buffer_.empty()) file = U"\n";
  outbox.emplace_back(DidOpen{to_utf8(file), to_utf8(disk_)});
}

void SimulatedEditor::open(std::u32string document) {
  disk_ = document;
  newline_ = temper_.habits.implicit_newline && (document.empty() || document.back() == U'\n');
  if (newline_ && !document.empty()) document.pop_back();
  buffer_ = std::move(document);
  start();
}

void SimulatedEditor::close() {
  outbox.emplace_back(DidClose{});
}

void SimulatedEditor::reopen(Random& random) {
  if (trying_ && held_.empty() && random.chance(50)) land(queue_.front());  // it landed, and nobody will hear of it
  refuse();
  close();
  if (random.chance(60)) {
    const std::u32string typed_now = word(random, 3);
    buffer_.insert(between_words(buffer_, random.below(buffer_.size() + 1)), typed_now);
  }
  start();
}

void SimulatedEditor::reload() {
  refuse();
  close();
  open(disk_);
}

void SimulatedEditor::save() {
  disk_ = document();
  send_or_hold(DidSave{});
}

// ---- own changes

std::vector<SimulatedEditor::Change> SimulatedEditor::random_changes(Random& random, std::size_t most) {
  std::vector<Change> changes;
  const std::size_t count = random.chance(80) ? 1 : random.below(most + 1);
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Change change;
    change.from = at + random.below(buffer_.size() - at + 1);
    change.to = random.chance(60) ? change.from : std::min(buffer_.size(), change.from + random.below(8));
    if (random.chance(2)) change.to = buffer_.size();
    change.from = std::max(at, between_words(buffer_, change.from));
    change.to = std::max(change.from, between_words(buffer_, change.to));
    if (change.to == change.from || random.chance(50)) change.text = word(random, random.chance(90) ? 2 : 12);
    at = change.to;
    changes.push_back(std::move(change));
    if (changes.back().from != changes.back().to && at == buffer_.size()) break;
  }
  return changes;
}

std::u32string SimulatedEditor::word(Random& random, std::size_t most) {
  std::u32string word = mint_.word(random, most);
  std::copy_if(word.begin(), word.end(), std::inserter(typed, typed.end()), [](char32_t c) { return c >= 0x80; });
  return word;
}

void SimulatedEditor::type(Random& random) {
  const bool wide = random.chance(8);
  change(random_changes(random, wide ? 1 : 3), wide, random);
}

void SimulatedEditor::change(std::vector<Change> changes, bool whole_text, Random& random) {
  Edit edit;
  std::u32string after = buffer_;
  for (auto c = changes.rbegin(); c != changes.rend(); ++c) {
    for (std::size_t i = c->from; i < c->to; ++i) erased_.insert(buffer_[i]);
    std::u32string sent = c->text;
    if (random.chance(5)) {  // pasted from a file with other line ends
      sent += U"\r\n";
      c->text += temper_.habits.cr_ends_lines ? U"\n" : U"\r\n";
    }
    edit.replacements.insert(edit.replacements.begin(), Replacement{place(c->from), place(c->to), to_utf8(sent)});
    after.replace(c->from, c->to - c->from, c->text);
  }
  if (whole_text) edit.replacements = {{{0, 0}, {1'000'000, 1'000'000}, to_utf8(after)}};
  if (temper_.habits.implicit_newline) {
    if (random.chance(5)) newline_ = !newline_;
    edit.final_newline = newline_;
  }
  buffer_ = std::move(after);
  send_or_hold(std::move(edit));
}

void SimulatedEditor::send_or_hold(std::variant<Edit, DidSave> event) {
  if (trying_) {
    held_.push_back(std::move(event));
  } else if (auto* edit = std::get_if<Edit>(&event)) {
    send(std::move(*edit));
  } else {
    outbox.emplace_back(DidSave{});
  }
}

void SimulatedEditor::send(Edit edit) {
  edit.epoch = epoch_;
  edit.revision = ++mine_;
  edit.seen = theirs_;
  outbox.emplace_back(Edited{std::move(edit)});
}

void SimulatedEditor::act(Random& random) {
  const auto dice = random.below(1000);
  if (dice < 10) {
    reopen(random);
  } else if (dice < 16 && may_reload) {
    reload();
  } else if (dice < 26) {
    save();
  } else {
    type(random);
  }
}

// ---- the server's edits

bool SimulatedEditor::fits(const Edit& edit) const {
  return edit.epoch == epoch_ && edit.seen == mine_ && edit.revision == theirs_ + 1;
}

void SimulatedEditor::land(const Edit& edit) {
  for (auto r = edit.replacements.rbegin(); r != edit.replacements.rend(); ++r) {
    const std::size_t from = offset(r->from);
    buffer_.replace(from, offset(r->to) - from, to_utf32(r->text));
  }
  if (edit.final_newline) newline_ = *edit.final_newline;
}

bool SimulatedEditor::apply(const Edit& edit) {
  if (!fits(edit)) return false;
  land(edit);
  theirs_ = edit.revision;
  outbox.emplace_back(Acked{epoch_, theirs_});
  return true;
}

void SimulatedEditor::receive(const ToEditor& message) {
  if (const auto* resync = std::get_if<SendResync>(&message)) {
    if (resync->epoch != epoch_) return;
    refuse();
    close();
    return start();
  }
  const Edit& edit = std::get<SendEdit>(message).edit;
  if (temper_.asynchronous) {
    queue_.push_back(edit);
  } else {
    apply(edit);
  }
}

void SimulatedEditor::progress(Random& random) {
  if (!trying_) {
    while (!queue_.empty() && !fits(queue_.front())) queue_.pop_front();
    trying_ = !queue_.empty();
    return;
  }
  if (!held_.empty() || random.chance(20)) return refuse();
  trying_ = false;
  apply(queue_.front());
  queue_.pop_front();
}

/// The try came to nothing; what was typed meanwhile goes out.
void SimulatedEditor::refuse() {
  trying_ = false;
  for (auto& event : std::exchange(held_, {})) send_or_hold(std::move(event));
}

}  // namespace tutti::link

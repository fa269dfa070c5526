#include "sync/peer/outbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "protocol/base/planted.hpp"

namespace tutti::peer {

namespace {

std::size_t weight(const Request& request) {
  constexpr std::size_t envelope = 160;
  const auto* edit = std::get_if<wire::FileEdit>(&request);
  if (edit == nullptr) return envelope;
  std::size_t bytes = envelope;
  for (const wire::Patch& patch : edit->change.patches) bytes += patch.insert.size() + 24;
  return bytes;
}

}  // namespace

DocumentId document_of(const Request& request) {
  return std::visit([](const auto& message) { return message.document; }, request);
}

std::string words_of(const Request& request) {
  std::string words;
  if (const auto* edit = std::get_if<wire::FileEdit>(&request)) {
    for (const wire::Patch& patch : edit->change.patches) words += patch.insert;
  }
  return words;
}

void Outbox::add(Entry entry) {
  entry.bytes = weight(entry.request);
  bytes_ += entry.bytes;
  counts_[document_of(entry.request)] += 1;
  entries_.push_back(std::move(entry));
}

/// Every way out of the queue leads through here.
void Outbox::leaves(const Entry& entry) {
  bytes_ -= entry.bytes;
  if (!entry.spoilt) gone_.emplace_back(entry.id, document_of(entry.request));
  const auto count = counts_.find(document_of(entry.request));
  if (--count->second == 0) counts_.erase(count);
}

void Outbox::push(Request request, std::string words, bool typed, std::vector<merge::Revival> revivals) {
  Entry entry;
  entry.id = next_id_++;
  entry.request = std::move(request);
  entry.words = std::move(words);
  entry.typed = typed;
  entry.revivals = std::move(revivals);
  add(std::move(entry));
}

/// What is still to be sent comes behind it, also in the journal, and so is numbered anew.
void Outbox::push_first(Request request) {
  const auto unsent = std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.number; });
  std::vector<Entry> later(std::make_move_iterator(unsent), std::make_move_iterator(entries_.end()));
  entries_.erase(unsent, entries_.end());
  push(std::move(request));
  for (Entry& entry : later) {
    gone_.emplace_back(entry.id, document_of(entry.request));
    entry.id = next_id_++;
    entries_.push_back(std::move(entry));
  }
}

void Outbox::restore(std::uint64_t id, Request request, std::optional<RequestId> noted, std::vector<merge::Revival> revivals) {
  Entry entry;
  entry.id = id;
  entry.request = std::move(request);
  entry.noted = noted;
  entry.revivals = std::move(revivals);
  entry.went_out = true;
  add(std::move(entry));
}

void Outbox::drop_noted(RequestId handled) {
  remove_if([&](const Entry& entry) { return entry.noted && !entry.number && *entry.noted <= handled; });
  for (Entry& entry : entries_) entry.noted.reset();
}

void Outbox::note_created(const std::function<bool(DocumentId)>& lists, Position newest) {
  for (Entry& entry : entries_) {
    if (entry.number || !std::holds_alternative<wire::FileCreate>(entry.request) || !lists(document_of(entry.request)))
      continue;
    entry.number = RequestId();
    entry.received = newest;
  }
}

void Outbox::each_from(std::uint64_t first, const std::function<void(const Entry&)>& visit) const {
  auto at = entries_.end();
  while (at != entries_.begin() && std::prev(at)->id >= first) --at;
  for (; at != entries_.end(); ++at) {
    if (!at->spoilt) visit(*at);
  }
}

std::optional<Outbox::Outgoing> Outbox::next_frame(std::size_t window) {
  std::size_t on_the_way = 0;
  for (Entry& entry : entries_) {
    if (entry.received) continue;
    if (entry.number && !entry.again) {
      on_the_way += entry.bytes;
      continue;
    }
    if (on_the_way > 0 && on_the_way + entry.bytes > window) return std::nullopt;
    entry.repeated = std::exchange(entry.again, false);
    if (!entry.number) entry.number = last_number_ += 1;
    entry.went_out = true;
    std::string frame = std::visit(
        [&](auto& message) {
          message.request = entry.number->value;
          return wire::encode(message);
        },
        entry.request);
    return Outgoing{std::move(frame), entry};
  }
  return std::nullopt;
}

void Outbox::each_ordered(RequestId number, const std::function<void(const Entry&)>& visit) const {
  for (const Entry& entry : entries_) {
    if (!entry.number || *entry.number > number) return;
    if (!entry.received) visit(entry);
  }
}

void Outbox::received(RequestId number, Position position) {
  last_ordered_ = std::max(last_ordered_, number);
  for (Entry& entry : entries_) {
    if (!entry.number || *entry.number > number) return;
    if (!entry.received) entry.received = position;
  }
}

bool Outbox::durable(Position position) {
  bool any = false;
  while (!entries_.empty() && entries_.front().received && *entries_.front().received <= position) {
    leaves(entries_.front());
    entries_.pop_front();
    any = true;
  }
  return any;
}

std::optional<Outbox::Entry> Outbox::take(RequestId number) {
  last_ordered_ = std::max(last_ordered_, number);
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.number == number; });
  if (at == entries_.end()) return std::nullopt;
  leaves(*at);
  Entry taken = std::move(*at);
  if (taken.words.empty()) taken.words = words_of(taken.request);
  entries_.erase(at);
  return taken;
}

void Outbox::queue_again(Entry& entry) {
  entry.number.reset();
  entry.received.reset();
  entry.again = false;
}

void Outbox::rewind(RequestId last) {
  remove_if([&](const Entry& entry) { return entry.spoilt && entry.number && *entry.number > last; });
  for (Entry& entry : entries_) {
    if (entry.number && *entry.number > last + (planted(Bug::resent_from_next) ? 1 : 0)) queue_again(entry);
  }
  last_number_ = last;
  last_ordered_ = last;
}

void Outbox::reconnect(RequestId last, Position newest) {
  rewind(last);
  remove_if([&](const Entry& entry) { return entry.spoilt && !entry.received; });
  for (Entry& entry : entries_) {
    if (!entry.number) continue;
    entry.again = !entry.received;
    if (entry.received) entry.received = newest;
  }
}

void Outbox::forget_numbers() {
  remove_if([](const Entry& entry) { return entry.spoilt && !entry.received; });
  for (Entry& entry : entries_) queue_again(entry);
  last_number_ = RequestId();
  last_ordered_ = RequestId();
}

void Outbox::begin_numbers() {
  for (Entry& entry : entries_) {
    if (!entry.received) queue_again(entry);
    if (entry.number) entry.number = RequestId();
  }
  last_number_ = RequestId();
  last_ordered_ = RequestId();
}

std::vector<DocumentId> Outbox::recall_former(const std::function<bool(const Request&)>& holds) {
  std::vector<DocumentId> documents;
  const auto lost = [&](const Entry& entry) { return entry.number == RequestId() && !holds(entry.request); };
  remove_if([&](const Entry& entry) {
    if (!std::holds_alternative<wire::FileEdit>(entry.request) || !lost(entry)) return false;
    documents.push_back(document_of(entry.request));
    return true;
  });
  for (Entry& entry : entries_) {
    if (lost(entry)) queue_again(entry);
  }
  return documents;
}

void Outbox::remove_if(const std::function<bool(const Entry&)>& which) {
  std::erase_if(entries_, [&](const Entry& entry) {
    if (!which(entry)) return false;
    leaves(entry);
    return true;
  });
}

Outbox::Spoilt Outbox::spoil_edits(DocumentId document) {
  Spoilt spoilt;
  const auto concerned = [&](const Entry& entry) {
    return !entry.received && std::holds_alternative<wire::FileEdit>(entry.request) && document_of(entry.request) == document;
  };
  for (const Entry& entry : entries_) {
    if (!concerned(entry) || entry.spoilt) continue;
    spoilt.words += entry.words.empty() ? words_of(entry.request) : entry.words;
    spoilt.revivals.insert(spoilt.revivals.end(), entry.revivals.begin(), entry.revivals.end());
  }
  remove_if([&](const Entry& entry) { return !entry.number && concerned(entry); });
  for (Entry& entry : entries_) {
    if (entry.spoilt || !concerned(entry)) continue;
    entry.spoilt = true;
    gone_.emplace_back(entry.id, document);
  }
  return spoilt;
}

void Outbox::drop_all(DocumentId document) {
  remove_if([&](const Entry& entry) { return !entry.received && document_of(entry.request) == document; });
}

std::size_t Outbox::count(DocumentId document) const {
  const auto at = counts_.find(document);
  return at == counts_.end() ? 0 : at->second;
}

bool Outbox::has_names_out(DocumentId document) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.went_out && std::holds_alternative<wire::FileEdit>(entry.request) && document_of(entry.request) == document;
  });
}

bool Outbox::waits_for_answers() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.number && !entry.received && !entry.again; });
}

void Outbox::each_unordered_edit(const std::function<void(const wire::FileEdit&)>& visit) const {
  for (const Entry& entry : entries_) {
    const auto* edit = std::get_if<wire::FileEdit>(&entry.request);
    if (edit != nullptr && !entry.received && !entry.spoilt) visit(*edit);
  }
}

std::vector<DocumentId> Outbox::edited() const {
  std::vector<DocumentId> documents;
  each_unordered_edit([&](const wire::FileEdit& edit) { documents.push_back(edit.document); });
  std::sort(documents.begin(), documents.end());
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  return documents;
}

}  // namespace tutti::peer

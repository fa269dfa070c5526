#include "sync/peer/outbox.hpp"

#include <algorithm>
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

void Outbox::push(Request request, std::string words) {
  const std::size_t bytes = weight(request);
  entries_.push_back({std::move(request), bytes, std::nullopt, std::nullopt, false, false, false, std::move(words)});
  bytes_ += bytes;
}

void Outbox::push_first(Request request) {
  const auto unsent = std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.number; });
  const std::size_t bytes = weight(request);
  entries_.insert(unsent, {std::move(request), bytes, std::nullopt, std::nullopt, false, false, false, {}});
  bytes_ += bytes;
}

std::optional<std::string> Outbox::next_frame(std::size_t window) {
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
    return std::visit(
        [&](auto& message) {
          message.request = entry.number->value;
          return wire::encode(message);
        },
        entry.request);
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
    bytes_ -= entries_.front().bytes;
    entries_.pop_front();
    any = true;
  }
  return any;
}

std::optional<Outbox::Entry> Outbox::take(RequestId number) {
  last_ordered_ = std::max(last_ordered_, number);
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.number == number; });
  if (at == entries_.end()) return std::nullopt;
  Entry taken = std::move(*at);
  if (taken.words.empty()) taken.words = words_of(taken.request);
  bytes_ -= taken.bytes;
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
    bytes_ -= entry.bytes;
    return true;
  });
}

std::string Outbox::spoil_edits(DocumentId document) {
  std::string words;
  const auto concerned = [&](const Entry& entry) {
    return !entry.received && std::holds_alternative<wire::FileEdit>(entry.request) && document_of(entry.request) == document;
  };
  for (const Entry& entry : entries_) {
    if (concerned(entry) && !entry.spoilt) words += entry.words.empty() ? words_of(entry.request) : entry.words;
  }
  remove_if([&](const Entry& entry) { return !entry.number && concerned(entry); });
  for (Entry& entry : entries_) entry.spoilt = entry.spoilt || concerned(entry);
  return words;
}

void Outbox::drop_all(DocumentId document) {
  remove_if([&](const Entry& entry) { return !entry.received && document_of(entry.request) == document; });
}

std::size_t Outbox::count(DocumentId document) const {
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(),
                                                [&](const Entry& entry) { return document_of(entry.request) == document; }));
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

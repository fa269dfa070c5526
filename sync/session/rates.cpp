#include "sync/session/rates.hpp"

#include <algorithm>

namespace tutti::session {

namespace {

/// Beyond so many the idle ones are looked for.
constexpr std::size_t remembered_accounts = 1024;

const AuthorRates& rates_of(const Limits& limits, const wire::Participant& author) {
  const bool agent = author.kind == wire::Kind::agent || author.role == wire::Role::agent;
  return agent ? limits.agent : limits.person;
}

}  // namespace

struct Spending::Draw {
  Bucket& bucket;
  const Rate& rate;
  double amount;
};

std::array<Spending::Draw, 5> Spending::draws(const Limits& limits, const wire::Participant& author, const Cost& cost,
                                              Instant now) {
  if (accounts_.size() >= remembered_accounts && !accounts_.contains(author.id)) forget_idle(limits, now);
  const AuthorRates& rates = rates_of(limits, author);
  Account& own = accounts_[author.id];
  return {{{cost.upload ? own.uploads : own.edits, cost.upload ? rates.uploads : rates.edits, 1},
           {cost.upload ? own.uploaded : own.inserted, cost.upload ? rates.uploaded : rates.inserted, cost.bytes},
           {own.work, rates.work, 0},
           {requests_, limits.requests, 1},
           {bytes_, limits.bytes, cost.bytes}}};
}

std::int64_t Spending::wait(const Limits& limits, const wire::Participant& author, const Cost& cost, Instant now) {
  std::int64_t longest = 0;
  for (const Draw& draw : draws(limits, author, cost, now)) {
    longest = std::max(longest, draw.bucket.wait(draw.rate, draw.amount, now));
  }
  return longest;
}

void Spending::take(const Limits& limits, const wire::Participant& author, const Cost& cost, Instant now) {
  for (const Draw& draw : draws(limits, author, cost, now)) draw.bucket.take(draw.rate, draw.amount, now);
}

void Spending::charge(const Limits& limits, const wire::Participant& author, std::uint64_t work, Instant now) {
  accounts_[author.id].work.take(rates_of(limits, author).work, static_cast<double>(work), now);
}

void Spending::forget_idle(const Limits& limits, Instant now) {
  const AuthorRates& slow = limits.agent;
  std::erase_if(accounts_, [&](const auto& each) {
    const Account& account = each.second;
    return account.edits.full(slow.edits, now) && account.inserted.full(slow.inserted, now) &&
           account.uploads.full(slow.uploads, now) && account.uploaded.full(slow.uploaded, now) &&
           account.work.full(slow.work, now);
  });
}

}  // namespace tutti::session

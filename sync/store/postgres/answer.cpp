#include "sync/store/postgres/answer.hpp"

#include <charconv>
#include <string_view>

#include "sync/store/postgres/rows.hpp"

namespace tutti::store::postgres {

namespace {

std::string_view bytes_of(const pqxx::field& field) {
  return {field.c_str(), field.size()};
}

int nibble(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

}  // namespace

Answer::Answer(std::shared_ptr<const Rows> rows) : rows_(std::move(rows)) {}

Result<bool> Answer::step() {
  if (failure_) return *failure_;
  column_ = 0;
  if (next_ >= static_cast<int>(rows_->result.size())) return false;
  ++next_;
  return true;
}

std::size_t Answer::changed() const {
  return failure_ ? 0 : static_cast<std::size_t>(rows_->result.affected_rows());
}

bool Answer::next_is_null() const {
  return rows_->result[next_ - 1][column_].is_null();
}

std::string Answer::text() {
  return std::string(bytes_of(rows_->result[next_ - 1][column_++]));
}

std::int64_t Answer::number() {
  const auto field = rows_->result[next_ - 1][column_++];
  const auto digits = bytes_of(field);
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size()) corrupt_ = true;
  return value;
}

bool Answer::flag() {
  return text() == "t";
}

std::string Answer::blob() {
  const auto field = rows_->result[next_ - 1][column_++];
  const auto hex = bytes_of(field);
  if (!hex.starts_with("\\x") || hex.size() % 2 != 0) corrupt_ = true;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 2; i + 1 < hex.size(); i += 2) {
    const int high = nibble(hex[i]);
    const int low = nibble(hex[i + 1]);
    if (high < 0 || low < 0) corrupt_ = true;
    bytes += static_cast<char>((high << 4) | low);
  }
  return bytes;
}

std::optional<std::int64_t> Answer::optional_number() {
  if (!next_is_null()) return number();
  ++column_;
  return std::nullopt;
}

std::optional<std::string> Answer::optional_text() {
  if (!next_is_null()) return text();
  ++column_;
  return std::nullopt;
}

}  // namespace tutti::store::postgres

#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/failure.hpp"

// What generated decoders are made of. Only .cpp files of this room include it: simdjson stays out of everybody else's build.
//
//   frame ─▶ Parsed (simdjson DOM: UTF-8, numbers, depth, syntax) ─▶ Fields / Items ─▶ read(element, out, limit, failure)
//
namespace tutti::wire {

using Element = simdjson::dom::element;

inline constexpr std::size_t kDepthMax = 64;

/// Owns the tree of one frame. Small frames share a thread's parser; a large one takes its memory with it when it goes.
/// One may be alive per thread at a time.
class Parsed {
 public:
  Parsed(std::string_view frame, std::size_t max_bytes, Failure& failure);

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] Element root() const { return root_; }

 private:
  bool ok_ = false;
  Element root_;
  std::optional<simdjson::dom::parser> own_;
};

bool read_number(const Element& value, std::uint64_t& out, std::uint64_t max, Failure& failure);
bool read(const Element& value, bool& out, Limit limit, Failure& failure);
bool read(const Element& value, std::string& out, Limit limit, Failure& failure);
bool read(const Element& value, std::uint64_t& out, Limit limit, Failure& failure);
bool read(const Element& value, std::uint32_t& out, Limit limit, Failure& failure);
bool read(const Element& value, std::uint8_t& out, Limit limit, Failure& failure);
bool read_text(const Element& value, std::string_view& out, Failure& failure);
bool read_list(const Element& value, simdjson::dom::array& out, Limit limit, Failure& failure);

template <class Tag>
bool read(const Element& value, Uuid<Tag>& out, Limit /*limit*/, Failure& failure) {
  std::string_view text;
  if (!read_text(value, text, failure)) return false;
  auto id = parse_id<Uuid<Tag>>(text);
  if (!id) return failure.fail(ErrorCode::invalid, "not a UUID");
  out = *id;
  return true;
}

template <class T>
bool read(const Element& value, std::vector<T>& out, Limit limit, Failure& failure) {
  simdjson::dom::array items;
  if (!read_list(value, items, limit, failure)) return false;
  out.resize(items.size());
  std::size_t index = 0;
  for (const Element item : items) {
    if (!read(item, out[index], Limit{limit.item_max}, failure)) return failure.at(index);
    ++index;
  }
  return true;
}

/// The named fields of one object. Others are passed over, so that a newer writer can say more.
template <std::size_t N>
class Fields {
 public:
  explicit Fields(const std::array<std::string_view, N>& names) : names_(names) {}

  bool open(const Element& value, Failure& failure) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "not an object");
    for (const auto field : object) {
      if (!take(field.key, field.value, failure)) return false;
    }
    return true;
  }

  template <class T>
  bool required(std::size_t field, T& out, Limit limit, Failure& failure) const {
    if (!present_[field]) return failure.fail(ErrorCode::invalid, "missing") || failure.in(names_[field]);
    return read(values_[field], out, limit, failure) || failure.in(names_[field]);
  }
  /// JSON null counts as absent.
  template <class T>
  bool optional(std::size_t field, std::optional<T>& out, Limit limit, Failure& failure) const {
    if (!present_[field] || values_[field].is_null()) return true;
    return read(values_[field], out.emplace(), limit, failure) || failure.in(names_[field]);
  }

 private:
  bool take(std::string_view key, const Element& value, Failure& failure) {
    for (std::size_t i = 0; i < N; ++i) {
      if (names_[i] != key) continue;
      if (present_[i]) return failure.fail(ErrorCode::invalid, "given twice") || failure.in(key);
      present_[i] = true;
      values_[i] = value;
      return true;
    }
    return true;
  }

  const std::array<std::string_view, N>& names_;
  std::array<Element, N> values_{};
  std::array<bool, N> present_{};
};

/// A struct that is written as an array: exactly `N` items.
template <std::size_t N>
class Items {
 public:
  explicit Items(const std::array<std::string_view, N>& names) : names_(names) {}

  bool open(const Element& value, Failure& failure) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return failure.fail(ErrorCode::invalid, "not a list");
    if (array.size() != N) return failure.fail(ErrorCode::invalid, "needs exactly " + std::to_string(N) + " items");
    std::size_t index = 0;
    for (const Element item : array) values_[index++] = item;
    return true;
  }

  template <class T>
  bool required(std::size_t item, T& out, Limit limit, Failure& failure) const {
    return read(values_[item], out, limit, failure) || failure.in(names_[item]);
  }

 private:
  const std::array<std::string_view, N>& names_;
  std::array<Element, N> values_{};
};

}  // namespace tutti::wire

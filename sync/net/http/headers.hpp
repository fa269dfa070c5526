#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tutti::net {

/// Header fields in the order they came, names in lower case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  void add(std::string_view name, std::string_view value);
  void set(std::string_view name, std::string_view value);  ///< replaces all of that name
  /// The first value; nullopt if absent. Names are matched without regard to case.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// Whether a comma-separated list (Connection, Sec-WebSocket-Protocol) holds a token, without regard to case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] bool empty() const { return fields_.empty(); }

 private:
  std::vector<Field> fields_;
};

}  // namespace tutti::net

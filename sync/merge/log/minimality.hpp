#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sync/merge/log/event_queue.hpp"
#include "sync/merge/log/known_past.hpp"
#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

class Graph;

/// Whether a version is minimal: none of its events an ancestor of another. Looked at in parts, where that is wanted.
///
/// It walks down from all events of the version; one that is met from above is somebody's ancestor. That looks at all runs
/// between the newest and the oldest, which is little, mostly. Where such walks have cost more than the graph is worth, walks
/// are given up soon, and the past of the newest is kept from one question to the next.
class Minimality {
 public:
  /// True once it is known, so that `judge` answers at once; false to be called again. A look at another version that was begun
  /// is gone to its end first.
  [[nodiscard]] bool go_on(const Graph& graph, std::span<const Lv> version, std::uint64_t steps);
  [[nodiscard]] bool judge(const Graph& graph, std::span<const Lv> version);
  /// The events from `size` on are others from now on.
  void forget_from(Lv size);

 private:
  enum class Stage { walk, past, rest };
  struct Verdict {
    Frontier version;
    bool is_minimal = true;
  };

  [[nodiscard]] const Verdict* find(std::span<const Lv> version) const;
  void begin(const Graph& graph, std::span<const Lv> version);
  /// From the first `count` of the version.
  void begin_walk(const Graph& graph, std::size_t count);
  [[nodiscard]] bool finish(const Graph& graph, std::uint64_t steps);
  /// The verdict, or nothing when the steps are used up.
  [[nodiscard]] std::optional<bool> go_on(const Graph& graph, std::uint64_t steps);
  [[nodiscard]] std::optional<bool> walk_on(const Graph& graph, std::uint64_t steps);
  [[nodiscard]] bool meets(Lv begin, Lv end) const;
  void enter(const Graph& graph, std::size_t run);
  [[nodiscard]] bool is_walk_too_long(const Graph& graph) const;

  std::array<Verdict, 8> verdicts_;  ///< the last ones: many may write on the same version, and several wait at a time
  std::size_t next_verdict_ = 0;

  Frontier version_;     ///< under way; empty: none
  Frontier candidates_;  ///< those of it that may be an ancestor of one
  Stage stage_ = Stage::walk;
  std::size_t from_ = 0;     ///< so many of `version_` the walk is from,
  std::size_t entered_ = 0;  ///< and so many of them it has begun with
  EventQueue walk_;
  std::uint64_t walked_ = 0;  ///< steps of this walk,
  std::uint64_t spent_ = 0;   ///< and of all
  KnownPast past_;
};

}  // namespace tutti::merge

#pragma once

#include <vector>

#include "sync/merge/log/lv_set.hpp"
#include "sync/merge/past/takeback.hpp"
#include "sync/merge/walk/tracker.hpp"

namespace tutti::merge {

/// A character and the copies that ignored events made of it; takeback.cpp has the essay.
struct Family {
  Lv root;
  Lv last = 0;           ///< its newest copy
  bool touched = false;  ///< whether this answer is about it
  bool wanted = true;    ///< whether one of it is to be seen
  bool present = false;  ///< whether one of it is seen
};

/// All families of a walk, once what is ignored was taken out of the tracker's prepare version.
class Families {
 public:
  struct Kin {
    Lv id;
    Lv root;
    bool is_copy;
    std::uint32_t erasures = 0;  ///< in prepare
    bool present = false;
  };

  void gather(const Log& log, const Takeback& what, const LvSet& touched, const Tracker& tracker);

  [[nodiscard]] bool empty() const { return kin_.empty(); }
  /// Adds all members.
  void add_to(LvSet& ids) const;
  /// Null for a character without copies.
  [[nodiscard]] const Kin* find(Lv id) const;
  [[nodiscard]] const Family& of(const Kin& kin) const;
  /// The first member after `id`, or `end` if that is before it.
  [[nodiscard]] Lv next_after(Lv id, Lv end) const;

 private:
  void add_copies(const CopyRun& run, Lv base, const Tracker& tracker);
  void add_roots();
  void look_at_all(const Tracker& tracker);
  void add_to_family(const Kin& kin, const LvSet& touched);
  void judge(const Log& log, const Takeback& what, const Tracker& tracker);
  Family& family(Lv root);

  std::vector<Kin> kin_;          ///< by ascending id
  std::vector<Family> families_;  ///< by ascending root
};

}  // namespace tutti::merge

#include "sync/merge/log/pen.hpp"

#include <string_view>

namespace tutti::merge {

void Pen::write(Log& log) {
  if (kind_ == Kind::insert) {
    log.ops.insert(at_, count_, {text_.data(), count_}, true, true);
  } else if (kind_ == Kind::erase) {
    log.ops.erase(at_, count_, true);
  } else {
    for (std::uint32_t i = count_; i > 0; --i) log.ops.erase(at_ + i - 1, 1, true);
  }
  log.graph.append_at_tip(count_);
  log.agents.append(author_, count_);
  log.cuts.append(1, count_);
  count_ = 0;
}

}  // namespace tutti::merge

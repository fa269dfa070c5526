#pragma once

#include <cstddef>

namespace tutti::test {

/// Heap of the whole process in bytes, libraries included. A program with heap.cpp in it counts every malloc; a sanitizer,
/// which has an allocator of its own, does not allow for that.
struct Heap {
  std::size_t live = 0;
  std::size_t peak = 0;
};
Heap heap();
/// From now on.
void reset_heap_peak();

}  // namespace tutti::test

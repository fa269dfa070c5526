#include "tests/support/heap.hpp"

#include <malloc.h>

#include <algorithm>

namespace {

tutti::test::Heap counted;

void count(void* block) {
  counted.live += malloc_usable_size(block);
  counted.peak = std::max(counted.peak, counted.live);
}
void uncount(void* block) {
  counted.live -= block == nullptr ? 0 : malloc_usable_size(block);
}

}  // namespace

// glibc lets a program put its own allocator in front.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t n, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) noexcept {
  void* block = __libc_malloc(size);
  count(block);
  return block;
}
void* calloc(std::size_t n, std::size_t size) noexcept {
  void* block = __libc_calloc(n, size);
  count(block);
  return block;
}
void* realloc(void* old, std::size_t size) noexcept {
  uncount(old);
  void* block = __libc_realloc(old, size);
  count(block);
  return block;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  void* block = __libc_memalign(alignment, size);
  count(block);
  return block;
}
void free(void* block) noexcept {
  uncount(block);
  __libc_free(block);
}
}

namespace tutti::test {

Heap heap() {
  return counted;
}
void reset_heap_peak() {
  counted.peak = counted.live;
}

}  // namespace tutti::test

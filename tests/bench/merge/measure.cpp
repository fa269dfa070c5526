#include "tests/bench/merge/measure.hpp"

#include <malloc.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace {

tutti::bench::Heap counted;

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

namespace tutti::bench {

namespace {

double read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

constexpr double kShortestTurn = 4;  // ms

void turn(Task& task) {
  const Moment start = now();
  int runs = 0;
  Moment end;
  do {
    task.ok = task.run() && task.ok;
    ++runs;
    end = now();
  } while (end.cpu - start.cpu < kShortestTurn);
  task.taken.push_back({(end.cpu - start.cpu) / runs, (end.wall - start.wall) / runs});
}

}  // namespace

Moment now() {
  return {read_clock(CLOCK_PROCESS_CPUTIME_ID), read_clock(CLOCK_MONOTONIC)};
}

Heap heap() {
  return counted;
}
void reset_heap_peak() {
  counted.peak = counted.live;
}

void run_all(std::vector<Task>& tasks, int reps) {
  for (int i = 0; i < reps; ++i) {
    for (Task& task : tasks) turn(task);
  }
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace tutti::bench

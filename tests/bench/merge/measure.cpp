#include "tests/bench/merge/measure.hpp"

#include <algorithm>
#include <ctime>

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
  task.ok = task.ok && (!task.check || task.check());
  task.taken.push_back({(end.cpu - start.cpu) / runs, (end.wall - start.wall) / runs});
}

}  // namespace

Moment now() {
  return {read_clock(CLOCK_PROCESS_CPUTIME_ID), read_clock(CLOCK_MONOTONIC)};
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

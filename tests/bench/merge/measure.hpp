#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tutti::bench {

/// CPU time of the process and wall time, in milliseconds.
struct Moment {
  double cpu = 0;
  double wall = 0;
};
Moment now();

/// Something to be timed. `run` is what counts; it says whether the result was right. Where looking at it is dear, `check`
/// does, after the clock was stopped.
struct Task {
  std::string metric;
  std::function<bool()> run;
  std::function<bool()> check = {};
  std::vector<Moment> taken = {};
  bool ok = true;
};

/// Runs all tasks in turn, `reps` times over, so that a slow stretch of the machine meets all of them alike. Short tasks are
/// repeated within a turn.
void run_all(std::vector<Task>& tasks, int reps);

double median(std::vector<double> values);

}  // namespace tutti::bench

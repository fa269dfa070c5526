#pragma once

#include <cstdint>
#include <string>

namespace tutti::bench {

struct Options {
  std::string traces;
  std::string trace;
  std::string metric;
  int reps = 11;
  std::uint32_t hostile = 0;  ///< events
};

/// What the command line asks for. Prints how to use it and exits where that is asked for or nothing that it knows.
[[nodiscard]] Options parse_options(int argc, char** argv);

/// Says what is wrong and exits, as one who was asked for something that cannot be done.
[[noreturn]] void give_up(const std::string& why);

}  // namespace tutti::bench

#include "tests/bench/durability/floor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace tutti::bench {

std::vector<double> sync_times(const std::string& folder, std::chrono::milliseconds for_so_long) {
  using Clock = std::chrono::steady_clock;
  const auto path = folder + "/floor";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::array<char, 4096> page{};
  std::vector<double> times;
  for (const auto until = Clock::now() + for_so_long; Clock::now() < until;) {
    const auto begin = Clock::now();
    if (::write(fd, page.data(), page.size()) != static_cast<ssize_t>(page.size()) || ::fdatasync(fd) != 0) break;
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  ::close(fd);
  ::unlink(path.c_str());
  return times;
}

}  // namespace tutti::bench

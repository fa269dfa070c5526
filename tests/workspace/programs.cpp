#include "tests/workspace/programs.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "tests/workspace/support.hpp"

namespace tutti::test {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

}  // namespace

Program::Program(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                 const std::string& output_file)
    : output_file_(output_file) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, (output_file + ".out").c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, (output_file + ".err").c_str(), flags, 0600);
  const auto arguments = pointers(command), variables = pointers(environment);
  if (posix_spawn(&pid_, command.front().c_str(), &files, nullptr, arguments.data(), variables.data()) != 0) pid_ = 0;
  posix_spawn_file_actions_destroy(&files);
}

Program::~Program() {
  kill();
}

Program::Program(Program&& other) noexcept : pid_(std::exchange(other.pid_, 0)), output_file_(std::move(other.output_file_)) {}

Program& Program::operator=(Program&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(output_file_, other.output_file_);
  return *this;
}

int Program::wait(std::chrono::seconds limit) {
  int status = 0;
  const bool ended = pid_ > 0 && eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, limit);
  if (!ended) return -1;
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int Program::stop() {
  if (pid_ <= 0) return -1;
  ::kill(pid_, SIGTERM);
  return wait(std::chrono::seconds(20));
}

void Program::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string Program::out() const {
  return get(output_file_ + ".out");
}

std::string Program::err() const {
  return get(output_file_ + ".err");
}

bool eventually(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::string first_line(const std::string& text) {
  const std::size_t end = text.find('\n');
  return end == std::string::npos ? std::string() : text.substr(0, end);
}

}  // namespace tutti::test

#include "tests/hub/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace tutti::test {

Program::Program(std::vector<std::string> arguments, const std::filesystem::path& log) {
  arguments.insert(arguments.begin(), TUTTI_BINARY_DIR "/bin/tutti-hub");
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    const int err = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(ends[1], 1);
    ::dup2(err, 2);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  out_ = ends[0];
}

Program::~Program() {
  kill(SIGKILL);
  (void)wait();
  ::close(out_);
}

std::string Program::line() {
  std::string text;
  for (char c = 0; ::read(out_, &c, 1) == 1 && c != '\n';) text += c;
  return text;
}

std::string Program::url() {
  return nlohmann::json::parse(line()).at("url");
}

void Program::kill(int signal) const {
  if (pid_ > 0) ::kill(pid_, signal);
}

int Program::wait() {
  if (pid_ <= 0) return status_;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string owner_token(const std::filesystem::path& data) {
  auto text = read_file(data / "owner.token");
  REQUIRE_FALSE(text.empty());
  text.pop_back();
  return text;
}

}  // namespace tutti::test

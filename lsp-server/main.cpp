#include "lsp-server/commands/commands.hpp"
#include "lsp-server/server/run.hpp"

int main(int argc, char** argv) {
  return tutti::commands::run(argc, argv, [](const tutti::commands::LspOptions& options) {
    return tutti::lsp::run({options.settings, options.log_file, options.push});
  });
}

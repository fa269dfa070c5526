#include "lsp-server/commands/commands.hpp"

int main(int argc, char** argv) {
  return tutti::commands::run(argc, argv,
                              [](const tutti::commands::LspOptions&) { return tutti::commands::exit_code::failed; });
}

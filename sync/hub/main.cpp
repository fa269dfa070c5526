// tutti-hub: flags into a Config, then one command.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "sync/hub/commands.hpp"

extern char** environ;

namespace {

using tutti::Error;
using tutti::ErrorCode;
using tutti::Result;
namespace hub = tutti::hub;

constexpr int wrong_usage = 2;
constexpr const char* version_line = "tutti-hub 0.1.0 (protocol 1)";

struct Flags {
  hub::Settings settings;
  std::string config;
  std::string redis;
  bool insecure = false;
  bool unsafe_database = false;
  bool json = false;
  std::string name;
};

void add_common(CLI::App& command, Flags& flags) {
  command.add_option("--data", flags.settings.data, "Folder of the hub's data");
  command.add_option("--database", flags.settings.database,
                     "postgres://USER:PASSWORD@HOST/NAME: keep sessions there; the data folder then holds the owner's token");
  command.add_flag("--unsafe-database", flags.unsafe_database, "Take a database server that may lose what it called saved");
  command.add_option("--config", flags.config, "TOML file; variables TUTTI_HUB_* and flags win over it");
}

CLI::App* add_serve(CLI::App& app, Flags& flags) {
  auto* serve = app.add_subcommand("serve", "Run the hub");
  add_common(*serve, flags);
  serve->add_option("--listen", flags.settings.listen, "HOST:PORT, 127.0.0.1:7420 unless told; port 0 takes a free one");
  serve->add_option("--admin", flags.settings.admin, "HOST:PORT of /metrics, 127.0.0.1:0 unless told");
  serve->add_option("--public-url", flags.settings.public_url, "How participants reach the hub; stands in its links");
  serve->add_option("--proxies", flags.settings.proxies, "Addresses of proxies in front, with commas; they say who asks");
  serve->add_option("--log-level", flags.settings.log_level, "trace, debug, info, warn, error or off");
  serve->add_option("--tls-cert", flags.settings.tls_cert, "Certificate chain, PEM");
  serve->add_option("--tls-key", flags.settings.tls_key, "Private key, PEM");
  serve->add_flag("--insecure", flags.insecure, "Listen beyond loopback without TLS");
  serve->add_option("--redis", flags.redis, "Not needed: hubs that share a --database find each other through it");
  return serve;
}

Result<hub::Config> configure(const Flags& flags) {
  hub::Settings settings;
  if (!flags.config.empty()) {
    auto file = hub::settings_from_file(flags.config);
    if (!file) return file.error();
    settings = *file;
  }
  const auto variables = hub::settings_from_environment(environ);
  if (!variables) return variables.error();
  auto told = flags.settings;
  if (flags.insecure) told.insecure = true;
  if (flags.unsafe_database) told.unsafe_database = true;
  settings = hub::merge_settings(hub::merge_settings(settings, *variables), told);
  return hub::make_config(settings, [](const char* name) { return std::getenv(name); });
}

int usage(const Error& error) {
  (void)hub::fail(error);
  return wrong_usage;
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  CLI::App app("The hub of Tutti: sessions, roles, history.", "tutti-hub");
  app.require_subcommand(1);
  auto* serve = add_serve(app, flags);
  auto* check = app.add_subcommand("check", "Read all data and load every session");
  add_common(*check, flags);
  app.add_subcommand("version", "Print the version");

  auto* user = app.add_subcommand("user", "People of this hub");
  user->require_subcommand(1);
  auto* user_add = user->add_subcommand("add", "Add a person and print their token");
  auto* user_list = user->add_subcommand("list", "List them");
  auto* user_revoke = user->add_subcommand("revoke", "Revoke all tokens of a person");
  auto* token = app.add_subcommand("token", "Tokens of people");
  token->require_subcommand(1);
  auto* token_create = token->add_subcommand("create", "Print another token for a person");
  auto* token_revoke = token->add_subcommand("revoke", "Revoke one token");
  for (auto* command : {user_add, user_list, user_revoke, token_create, token_revoke}) add_common(*command, flags);
  for (auto* command : {user_add, user_list, token_create}) command->add_flag("--json", flags.json, "For programs");
  for (auto* command : {user_add, user_revoke, token_create})
    command->add_option("user", flags.name, "Name, or id")->required();
  token_revoke->add_option("token", flags.name, "The token; - reads it from stdin")->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? 0 : wrong_usage;
  }
  if (app.got_subcommand("version")) return std::puts(version_line) < 0 ? 1 : 0;
  if (!flags.redis.empty())
    return usage({ErrorCode::invalid, "--redis: hubs that share a --database find each other through it, without Redis"});
  const auto config = configure(flags);
  if (!config) return config.error().code == ErrorCode::denied ? hub::fail(config.error()) : usage(config.error());
  if (serve->parsed()) return hub::serve(*config);
  if (check->parsed()) return hub::check(*config);
  if (user_add->parsed()) return hub::add_user(*config, flags.name, flags.json);
  if (user_list->parsed()) return hub::list_users(*config, flags.json);
  if (user_revoke->parsed()) return hub::revoke_user(*config, flags.name);
  if (token_create->parsed()) return hub::create_token(*config, flags.name, flags.json);
  if (flags.name == "-") std::cin >> flags.name;
  return hub::revoke_token(*config, flags.name);
}

#pragma once

#include <string>

#include "sync/hub/config.hpp"

// What `tutti-hub` does, one function per command. Each answers the process's exit code: 0 done, 1 failed, 2 wrong usage, 3 no
// permission.
namespace tutti::hub {

/// Runs until SIGTERM or SIGINT.
int serve(const Config& config);
/// Reads the whole database, and loads every session as a hub would.
int check(const Config& config);
int add_user(const Config& config, const std::string& name, bool json);
int list_users(const Config& config, bool json);
/// By name or id: everything that lets the user in is revoked.
int revoke_user(const Config& config, const std::string& user);
int create_token(const Config& config, const std::string& user, bool json);
int revoke_token(const Config& config, const std::string& token);

/// Tells why on stderr.
int fail(const Error& error);

}  // namespace tutti::hub

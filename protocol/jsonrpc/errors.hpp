#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace tutti::jsonrpc {

// JSON-RPC 2.0 and LSP 3.17.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kServerNotInitialized = -32002;
inline constexpr int kRequestCancelled = -32800;
inline constexpr int kContentModified = -32801;
inline constexpr int kRequestFailed = -32803;

/// Why a request got no result. On the wire `name` is `data.code`, one of the names in docs/PROTOCOL.md; empty: no data.
struct ResponseError {
  int code = kInternalError;
  std::string message;
  std::string name;
};

[[nodiscard]] std::string_view name_of(ErrorCode code);
/// `invalid` is the caller's mistake in the params; everything else is a request that failed.
[[nodiscard]] ResponseError to_response(const Error& error);

}  // namespace tutti::jsonrpc

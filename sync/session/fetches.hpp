#pragma once

#include "sync/session/core.hpp"

// Participants ask for texts.
//
// What is answered, in this order: what the asker lacks (as edits when it is little, else the whole history, or the text with
// its newest events, in bulk frames that are the same for all who ask at about this time, and what came since as edits), then,
// with their stamps, the edits that are not durable yet, then `fetched`. The stamped ones repeat what the first part held
// already; they are what lets the asker hand them back when this hub crashes before they are committed, though it never saw
// them broadcast.
namespace tutti::session {

/// Answers at once, or when the connection's share of bytes has grown back. Too many unanswered ones end the connection.
void take_fetch(Core& core, Connection& from, wire::Fetch fetch, Turn& turn);
/// Answers what waits.
void serve_fetches(Core& core, Turn& turn);

}  // namespace tutti::session

#include "lsp-server/server/greeting.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lsp-server/server/uri.hpp"
#include "protocol/wire/collab.hpp"

namespace tutti::lsp {

using nlohmann::json;

namespace {

/// The value at a path of keys, or null.
const json& at(const json& value, std::initializer_list<const char*> keys) {
  static const json nothing;
  const json* here = &value;
  for (const char* key : keys) {
    if (!here->is_object()) return nothing;
    const auto found = here->find(key);
    if (found == here->end()) return nothing;
    here = &*found;
  }
  return *here;
}

text::Encoding encoding_of(collab::PositionEncoding encoding) {
  if (encoding == collab::PositionEncoding::utf_8) return text::Encoding::utf8;
  return encoding == collab::PositionEncoding::utf_16 ? text::Encoding::utf16 : text::Encoding::utf32;
}

const char* name_of(text::Encoding encoding) {
  if (encoding == text::Encoding::utf8) return "utf-8";
  return encoding == text::Encoding::utf16 ? "utf-16" : "utf-32";
}

text::Encoding plain_encoding(const json& params) {
  const json& offered = at(params, {"capabilities", "general", "positionEncodings"});
  if (!offered.is_array()) return text::Encoding::utf16;
  const bool bytes = std::find(offered.begin(), offered.end(), json("utf-8")) != offered.end();
  return bytes ? text::Encoding::utf8 : text::Encoding::utf16;
}

void add_folder(const json& uri, std::vector<std::string>& folders) {
  if (!uri.is_string()) return;
  if (auto path = path_of_uri(uri.get_ref<const std::string&>())) folders.push_back(std::move(*path));
}

std::vector<std::string> folders_of(const json& params) {
  std::vector<std::string> folders;
  const json& list = at(params, {"workspaceFolders"});
  if (list.is_array()) {
    for (const json& folder : list) add_folder(at(folder, {"uri"}), folders);
  }
  if (folders.empty()) add_folder(at(params, {"rootUri"}), folders);
  return folders;
}

std::string words_at(const json& params, const char* option) {
  const json& value = at(params, {"initializationOptions", option});
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool is_true(const json& value) {
  return value.is_boolean() && value.get<bool>();
}

plain::Profile plain_profile(const json& params, bool push) {
  plain::ClientTraits client;
  const json& name = at(params, {"clientInfo", "name"});
  const json& version = at(params, {"clientInfo", "version"});
  const json& wish = at(params, {"initializationOptions", "push"});
  if (name.is_string()) client.name = name.get_ref<const std::string&>();
  if (version.is_string()) client.version = version.get_ref<const std::string&>();
  client.takes_edits = is_true(at(params, {"capabilities", "workspace", "applyEdit"}));
  if (push) client.push = true;
  if (wish.is_boolean()) client.push = wish.get<bool>();
  client.encoding = plain_encoding(params);
  return plain::profile_of(client);
}

}  // namespace

Agreement read_initialize(const json& params, bool push) {
  Agreement agreement;
  agreement.folders = folders_of(params);
  agreement.plain = plain_profile(params, push);
  agreement.name = words_at(params, "name");
  agreement.hub = words_at(params, "hub");
  const json& hints = at(params, {"initializationOptions", "hints"});
  agreement.hints = !hints.is_boolean() || hints.get<bool>();
  agreement.shows_documents = is_true(at(params, {"capabilities", "window", "showDocument", "support"}));
  agreement.refreshes_hints = is_true(at(params, {"capabilities", "workspace", "inlayHint", "refreshSupport"}));
  agreement.habits.encoding = agreement.plain.habits.encoding;
  const json& offer = at(params, {"capabilities", "experimental", "collab"});
  collab::Capability capability;
  if (!offer.is_object() || !from_json(offer, capability)) return agreement;
  if (capability.version != collab::kProtocolVersion || !capability.edit) return agreement;
  agreement.plugin = true;
  agreement.habits.encoding = encoding_of(capability.position_encoding);
  agreement.habits.implicit_newline = capability.final_newline.has_value();
  agreement.habits.cr_ends_lines = capability.cr.has_value();
  return agreement;
}

namespace {

json commands() {
  return {{"commands",
           {"tutti.share", "tutti.join", "tutti.leave", "tutti.sessions", "tutti.undo", "tutti.redo", "tutti.follow",
            "tutti.pull", "tutti.who"}}};
}

/// A client that takes no edit by itself is given them when it saves or formats.
void add_plain(const Agreement& agreement, json& all) {
  json& sync = all["textDocumentSync"];
  sync["change"] = 2;
  sync["save"] = {{"includeText", true}};
  all["codeActionProvider"] = true;
  all["documentHighlightProvider"] = true;  // asked with each move of the caret; has nothing to show
  if (agreement.hints) all["inlayHintProvider"] = true;
  if (!agreement.plain.pull_only) return;
  sync["willSaveWaitUntil"] = true;
  all["documentFormattingProvider"] = true;
}

}  // namespace

json capabilities(const Agreement& agreement) {
  json all = {{"positionEncoding", name_of(agreement.habits.encoding)},
              {"textDocumentSync", {{"openClose", true}, {"change", 0}, {"save", true}}},
              {"executeCommandProvider", commands()}};
  if (!agreement.plugin) add_plain(agreement, all);
  if (agreement.plugin) {
    json taken = {
        {"version", collab::kProtocolVersion}, {"edit", true}, {"positionEncoding", name_of(agreement.habits.encoding)}};
    if (agreement.habits.implicit_newline) taken["finalNewline"] = "implicit";
    if (agreement.habits.cr_ends_lines) taken["cr"] = "eol";
    all["experimental"] = {{"collab", std::move(taken)}};
  }
  return {{"capabilities", std::move(all)}, {"serverInfo", {{"name", "tutti"}}}};
}

}  // namespace tutti::lsp

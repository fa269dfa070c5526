#include "sync/exchange/convert.hpp"
#include "tests/sim/world.hpp"

// What must hold once the world is whole again.

namespace tutti::sim {

void World::check_copy(const Person& person, session::Session& session, const wire::DocumentInfo& info, const char* where) {
  const std::string whose = person.member.name;
  const merge::Document* document = person.peer->document(info.document);
  if (document == nullptr) return fail(whose + " lacks " + info.path + where);
  const bool same_events = exchange::to_wire(document->known()) == info.known;
  if (document->text().str() != *session.text(info.document)) {
    return fail(whose + " has another " + info.path + where + (same_events ? ", of the same events" : ", of other events"));
  }
  if (!same_events) return fail(whose + " has the same " + info.path + " of other events" + where);
  if (person.peer->info(info.document)->path != info.path) return fail(whose + " has " + info.path + " elsewhere" + where);
}

void World::check_copies(session::Session& session, const char* where) {
  for (const auto& person : people_) {
    for (const wire::DocumentInfo& info : session.documents()) check_copy(*person, session, info, where);
    if (const std::string fault = person->compare_shown(); !fault.empty()) return fail(person->member.name + ": " + fault);
  }
}

/// Every copy is what its own history comes to, from nothing, and what it is written as.
void World::check_replay() {
  for (const auto& person : people_) {
    for (const wire::DocumentInfo& info : hub_.session().documents()) {
      const merge::Document* document = person->peer->document(info.document);
      const auto changes = document->since({});
      merge::Document again;
      if (!changes || !again.apply(*changes)) return fail("the history of " + info.path + " does not replay");
      if (again.text().str() != document->text().str()) return fail(info.path + " is not what its history comes to");
      if (again.version() != document->version()) return fail(info.path + " is at another version than its history");
      const auto read = merge::Document::decode(document->encode());
      if (!read || read->text().str() != document->text().str() || read->known() != document->known()) {
        return fail(info.path + " is not what it is written as");
      }
    }
  }
}

/// Who joined has texts without their history. Asked for it, everybody gets it behind them.
void World::fetch_pasts() {
  const auto each_without = [this](const auto& visit) {
    for (const auto& person : people_) {
      for (const wire::DocumentInfo& info : hub_.session().documents()) {
        if (!person->peer->document(info.document)->has_past()) visit(*person, info);
      }
    }
  };
  each_without([this](Person& person, const wire::DocumentInfo& info) {
    count("texts without their history at the end");
    peer::Effects effects;
    person.peer->want_past(info.document, clock_of(person), effects);
    carry_out(person, effects);
  });
  if (!quiet(60'000)) return fail("the histories do not come");
  each_without([this](const Person& person, const wire::DocumentInfo& info) {
    fail(person.member.name + " does not get the history of " + info.path);
  });
}

void World::check_newcomer() {
  add_person();
  begin(*people_.back());
  if (!quiet(60'000)) return fail("a newcomer does not get everything");
  check_copies(hub_.session(), ", seen by a newcomer");
}

void World::check_ledger() {
  std::map<std::string, std::size_t> times;
  for (const wire::DocumentInfo& info : hub_.session().documents()) {
    const std::string text = *hub_.session().text(info.document);
    for (const auto& [token, what] : ledger_) {
      std::size_t found = 0;
      for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at + 1)) ++found;
      if (found > what.most) return fail(token + " is in " + info.path + " " + std::to_string(found) + " times");
      const bool must = what.document == info.document && (what.fate == Fate::safe || what.fate == Fate::written);
      if (must && found == 0) return fail(token + " is lost from " + info.path);
    }
  }
  for (const auto& [token, what] : ledger_) {
    if (what.fate == Fate::safe) count("edits known to be safe");
    if (what.fate == Fate::typed) return fail(token + " was typed into an editor and came to nothing");
  }
}

void World::check() {
  check_copies(hub_.session(), "");
  session::Config config;
  config.key.fill(42);
  Result<session::Session> again = session::Session::load(hub_.disk().image(), config);
  if (!again) return fail("what the disk holds does not load: " + again.error().message);
  check_copies(*again, ", loaded again");
  if (verdict_.fault.empty()) check_ledger();
  if (verdict_.fault.empty()) check_newcomer();
  if (verdict_.fault.empty()) fetch_pasts();
  if (verdict_.fault.empty()) check_replay();
}

}  // namespace tutti::sim

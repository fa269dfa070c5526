#include "lsp-server/workspace/hub_addresses.hpp"

#include "tests/support/catch.hpp"

using tutti::workspace::HubAddresses;

TEST_CASE("a hub that is not there makes room for the next, and the first comes round again") {
  HubAddresses addresses("http://a", {"http://b", "http://c"});
  std::string seen;
  for (int i = 0; i < 4; ++i, addresses.pass_on()) seen += addresses.now().back();
  CHECK(seen == "abca");
}

TEST_CASE("what a hub says of its like is taken where it is fit to get the token") {
  struct Case {
    const char* first;
    std::vector<std::string> told, others;
  };
  const Case cases[] = {
      {"http://a", {"http://a", "http://b"}, {"http://b"}},
      {"https://a", {"http://b", "https://c"}, {"https://c"}},  // the token never goes without TLS where it had it
      {"http://a", {"https://b"}, {"https://b"}},
      {"http://a", {"http://127.0.0.1:7420", "http://localhost"}, {}},  // of their machine, which here is ours
      {"http://127.0.0.1:7420", {"http://127.0.0.1:7421"}, {"http://127.0.0.1:7421"}},
      {"http://a", {"", "ftp://b", "http://", "nonsense"}, {}},
      {"http://a", {"http://b", "http://b"}, {"http://b"}},
  };
  for (const Case& each : cases) {
    HubAddresses addresses(each.first, {});
    CHECK(addresses.learn(each.told) == !each.others.empty());
    CHECK(addresses.others() == each.others);
    CHECK_FALSE(addresses.learn(each.told));
  }
}

TEST_CASE("news of hubs does not move who is connected, unless theirs is gone") {
  HubAddresses addresses("http://a", {"http://b"});
  addresses.pass_on();
  CHECK(addresses.learn({"http://c", "http://b"}));
  CHECK(addresses.now() == "http://b");
  CHECK_FALSE(addresses.at_first());
  CHECK(addresses.learn({"http://c"}));
  CHECK(addresses.at_first());
}

TEST_CASE("no more addresses are kept than can be tried in reasonable time") {
  HubAddresses addresses("http://a", {});
  std::vector<std::string> many;
  for (int i = 0; i < 100; ++i) many.push_back("http://hub" + std::to_string(i));
  CHECK(addresses.learn(many));
  CHECK(addresses.others().size() == HubAddresses::most - 1);
}

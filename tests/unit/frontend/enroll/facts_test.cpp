#include "frontend/enroll/facts.hpp"

#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

one::wire::Facts good()
{
    one::wire::Facts facts;
    facts.host_name = "kvm1";
    facts.addresses = {"10.0.0.5", "2001:db8::5"};
    facts.ssh_host_keys = {test::some_ssh_key};
    return facts;
}

std::string refusal_of(const one::wire::Facts& facts)
{
    const auto checked = check_facts(facts);
    return checked ? "" : checked.error().thing;
}

TEST(Facts, AreUsedWhenTheyAreWellFormed)
{
    EXPECT_EQ(refusal_of(good()), "");
}

TEST(Facts, AreRefusedByTheFieldThatIsNot)
{
    auto facts = good();
    facts.host_name = std::string(300, 'x');
    EXPECT_EQ(refusal_of(facts), "facts.host_name");
    facts = good();
    facts.kernel = "6.1\n[boot]";
    EXPECT_EQ(refusal_of(facts), "facts.kernel");
    facts = good();
    facts.addresses = {"10.0.0.500"};
    EXPECT_EQ(refusal_of(facts), "facts.addresses");
    facts = good();
    facts.addresses.assign(300, "10.0.0.5");
    EXPECT_EQ(refusal_of(facts), "facts.addresses");
    facts = good();
    facts.ssh_host_keys = {};
    EXPECT_EQ(refusal_of(facts), "facts.ssh_host_keys");
    facts.ssh_host_keys = {"ssh-ed25519 notbase64"};
    EXPECT_EQ(refusal_of(facts), "facts.ssh_host_keys");
    facts.ssh_host_keys.assign(17, test::some_ssh_key);
    EXPECT_EQ(refusal_of(facts), "facts.ssh_host_keys");
    facts = good();
    facts.ssh_port = 0;
    EXPECT_EQ(refusal_of(facts), "facts.ssh_port");
}

}  // namespace
}  // namespace onefrontend

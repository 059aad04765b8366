#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const std::string& name, const std::string& asked = {})
{
    auto facts = healthy_facts();
    facts.identity.host_name = name;
    return host_name_invalid.run(facts, healthy_node(), {.name = asked});
}

TEST(HostNameInvalid, AcceptsWhatOpennebulaAccepts)
{
    for (const auto& name : {std::string{"n1"}, std::string{"Node-1.example.com"}, std::string{"10.0.0.11"},
                             std::string{"a_b"}, std::string(63, 'x')})
        EXPECT_TRUE(look(name).empty()) << name;
}

TEST(HostNameInvalid, RefusesWhatOpennebulaRefuses)
{
    for (const auto& name :
         {std::string{}, std::string{"n"}, std::string(64, 'x'), std::string{"-node"}, std::string{"node."},
          std::string{"_node"}, std::string{"fd00::1"}, std::string{"no de"}, std::string{"n\xc3\xb6"}})
        EXPECT_EQ(look(name).size(), 1U) << name;
}

TEST(HostNameInvalid, RefusesTheNameOfEveryMachine)
{
    EXPECT_EQ(look("localhost").size(), 1U);
    EXPECT_EQ(look("localhost.localdomain").size(), 1U);
    EXPECT_TRUE(look("localhost-7").empty());
}

TEST(HostNameInvalid, ProposesTheShortNameOrTheAddress)
{
    EXPECT_EQ(only(look("node1." + std::string(70, 'x'))).fix, "join with --name node1");
    EXPECT_EQ(only(look("localhost")).fix, "join with --name 10.0.0.11");
}

TEST(HostNameInvalid, LooksAtTheNameThatWasAskedFor)
{
    EXPECT_TRUE(look("localhost", "node1").empty());
    EXPECT_TRUE(holds(only(look("node1", "node:1")).message, "'node:1'"));
}

}  // namespace
}  // namespace onenode::checks

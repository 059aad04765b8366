#include "frontend/enroll/names.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

Node node(int id, const char* name, Phase phase = Phase::joined)
{
    Node made;
    made.id = id;
    made.name = name;
    made.phase = phase;
    made.key = "key" + std::to_string(id);
    made.claimed_key = made.key;
    made.facts.machine_id = "machine" + std::to_string(id);
    return made;
}

TEST(HostName, IsWhatOpenNebulaAccepts)
{
    for (const char* name : {"n1", "node-1.example.com", "10.0.0.5", "a_b"})
        EXPECT_TRUE(check_host_name(name)) << name;
    for (const char* name : {"", "n", "-node", "node-", "node.", "no de", "n\303\266de", "a:b", "fe80::1"})
        EXPECT_FALSE(check_host_name(name)) << name;
    EXPECT_TRUE(check_host_name(std::string(63, 'a')));
    EXPECT_FALSE(check_host_name(std::string(64, 'a')));
}

TEST(HostName, IsFreeUntilAnotherNodeHasIt)
{
    const std::vector nodes{node(7, "kvm1")};
    EXPECT_TRUE(check_name_is_free({.name = "kvm2"}, nodes, {}, {}));
    const auto taken = check_name_is_free({.name = "KVM1"}, nodes, {}, {});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, one::ErrorKind::conflict);
    EXPECT_NE(taken.error().next.find("onefrontend node remove 7"), std::string::npos);
    EXPECT_TRUE(check_name_is_free({.name = "kvm1", .node = 7}, nodes, {}, {})) << "its own name";
}

TEST(HostName, OfAnExistingHostIsRefusedUnlessItIsTheNodesOwn)
{
    std::vector nodes{node(7, "kvm1", Phase::registering)};
    const std::vector<oned::Host> hosts{{.id = 3, .name = "kvm1"}};
    EXPECT_FALSE(check_name_is_free({.name = "kvm1"}, {}, hosts, {}));
    EXPECT_FALSE(check_name_is_free({.name = "kvm1", .node = 7}, nodes, hosts, {}));
    nodes[0].intent.host_name = "kvm1";
    EXPECT_TRUE(check_name_is_free({.name = "kvm1", .node = 7}, nodes, hosts, {}));
    nodes[0].intent = {};
    nodes[0].host_id = 3;
    EXPECT_TRUE(check_name_is_free({.name = "kvm1", .node = 7}, nodes, hosts, {}));
}

TEST(HostName, OfTheFrontendIsReserved)
{
    EXPECT_FALSE(check_name_is_free({.name = "One.Example.com"}, {}, {}, {"one.example.com"}));
    EXPECT_FALSE(check_name_is_free({.name = "localhost"}, {}, {}, {}));
}

TEST(EarlierTry, IsFoundByItsKey)
{
    const std::vector nodes{node(1, "a"), node(2, "b")};
    EXPECT_EQ(earlier_try({.key = "key2"}, nodes), 2);
    EXPECT_EQ(earlier_try({.key = "other", .machine_id = "other"}, nodes), -1);
    EXPECT_EQ(earlier_try({}, nodes), -1);
}

TEST(HostName, IsNotKeptByOneWhoOnlySaysThatItIsTheirs)
{
    auto squatter = node(7, "kvm1", Phase::enrolled);
    squatter.name_confirmed = false;
    const std::vector nodes{squatter};
    EXPECT_FALSE(check_name_is_free({.name = "kvm1"}, nodes, {}, {})) << "of two who only say so, the first one";
    EXPECT_TRUE(check_name_is_free({.name = "kvm1", .confirmed = true}, nodes, {}, {}));
    squatter.proofs.login_ok = true;
    EXPECT_FALSE(check_name_is_free({.name = "kvm1", .confirmed = true}, {squatter}, {}, {})) << "it was shown";
}

TEST(EarlierTry, OfTheSameMachineCountsFromItsAddressOrWithItsToken)
{
    auto earlier = node(1, "a", Phase::enrolled);
    earlier.address = "10.0.0.5";
    earlier.token_id = 3;
    const Trier stranger{.key = "new", .machine_id = "machine1", .address = "10.0.0.6", .token = 4};
    EXPECT_EQ(earlier_try(stranger, {earlier}), -1) << "a clone, or somebody who read the id";
    Trier again = stranger;
    again.token = 3;
    EXPECT_EQ(earlier_try(again, {earlier}), 1);
    again = stranger;
    again.address = "10.0.0.5";
    EXPECT_EQ(earlier_try(again, {earlier}), 1);
}

TEST(EarlierTry, OfTheSameMachineCountsOnlyWhileItsJoinIsNotFinished)
{
    const Trier again{.key = "new", .machine_id = "machine1", .token = -1};
    EXPECT_EQ(earlier_try(again, {node(1, "a", Phase::enrolled)}), 1);
    EXPECT_EQ(earlier_try(again, {node(1, "a", Phase::registering)}), 1);
    EXPECT_EQ(earlier_try(again, {node(1, "a", Phase::joined)}), -1) << "a machine id is no secret";
    EXPECT_EQ(earlier_try(again, {node(1, "a", Phase::leaving)}), -1);
}

}  // namespace
}  // namespace onefrontend

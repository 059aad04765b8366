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
    for (const char* name : {"", "n", "-node", "node-", "node.", "no de",
                             "n\xc3\xb6"
                             "de",
                             "a:b", "fe80::1"})
        EXPECT_FALSE(check_host_name(name)) << name;
    EXPECT_TRUE(check_host_name(std::string(63, 'a')));
    EXPECT_FALSE(check_host_name(std::string(64, 'a')));
}

TEST(HostName, IsFreeUntilAnotherNodeHasIt)
{
    const std::vector nodes{node(7, "kvm1")};
    EXPECT_TRUE(check_name_is_free("kvm2", -1, nodes, {}, {}));
    const auto taken = check_name_is_free("KVM1", -1, nodes, {}, {});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, one::ErrorKind::conflict);
    EXPECT_NE(taken.error().next.find("onefrontend node remove 7"), std::string::npos);
    EXPECT_TRUE(check_name_is_free("kvm1", 7, nodes, {}, {})) << "its own name";
}

TEST(HostName, OfAnExistingHostIsRefusedUnlessItIsTheNodesOwn)
{
    std::vector nodes{node(7, "kvm1", Phase::registering)};
    const std::vector<oned::Host> hosts{{.id = 3, .name = "kvm1"}};
    EXPECT_FALSE(check_name_is_free("kvm1", -1, {}, hosts, {}));
    EXPECT_FALSE(check_name_is_free("kvm1", 7, nodes, hosts, {}));
    nodes[0].intent.host_name = "kvm1";
    EXPECT_TRUE(check_name_is_free("kvm1", 7, nodes, hosts, {}));
    nodes[0].intent = {};
    nodes[0].host_id = 3;
    EXPECT_TRUE(check_name_is_free("kvm1", 7, nodes, hosts, {}));
}

TEST(HostName, OfTheFrontendIsReserved)
{
    EXPECT_FALSE(check_name_is_free("One.Example.com", -1, {}, {}, {"one.example.com"}));
    EXPECT_FALSE(check_name_is_free("localhost", -1, {}, {}, {}));
}

TEST(EarlierTry, IsFoundByItsKey)
{
    const std::vector nodes{node(1, "a"), node(2, "b")};
    EXPECT_EQ(earlier_try("key2", "", nodes), 2);
    EXPECT_EQ(earlier_try("other", "other", nodes), -1);
    EXPECT_EQ(earlier_try("", "", nodes), -1);
}

TEST(EarlierTry, OfTheSameMachineCountsOnlyWhileItsJoinIsNotFinished)
{
    EXPECT_EQ(earlier_try("new", "machine1", {node(1, "a", Phase::enrolled)}), 1);
    EXPECT_EQ(earlier_try("new", "machine1", {node(1, "a", Phase::registering)}), 1);
    EXPECT_EQ(earlier_try("new", "machine1", {node(1, "a", Phase::joined)}), -1) << "a machine id is no secret";
    EXPECT_EQ(earlier_try("new", "machine1", {node(1, "a", Phase::leaving)}), -1);
}

}  // namespace
}  // namespace onefrontend

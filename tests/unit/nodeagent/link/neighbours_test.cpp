#include "nodeagent/link/neighbours.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

namespace wire = one::wire;

wire::DesiredState held()
{
    return {.node_name = "kvm1",
            .peers = {{"kvm2", "10.0.0.2"}, {"kvm3", "10.0.0.3"}},
            .peer_known_hosts = {"kvm2 ssh-ed25519 AAAA"},
            .revoked_host_keys = {"ssh-ed25519 AAAB"},
            .neighbours = "old"};
}

TEST(Neighbours, StayThoseThatAreHeldWhereAStateComesWithout)
{
    const auto state = with_neighbours_of(held(), {.node_name = "kvm1", .zone = "two", .neighbours = "new"});
    EXPECT_EQ(state.zone, "two");
    EXPECT_EQ(state.peers, held().peers);
    EXPECT_EQ(state.peer_known_hosts, held().peer_known_hosts);
    EXPECT_EQ(state.revoked_host_keys, held().revoked_host_keys);
    EXPECT_EQ(state.neighbours, "old") << "it is said which ones these are";
}

TEST(Neighbours, OfAnOlderFrontEndComeWithTheState)
{
    const wire::DesiredState state{.node_name = "kvm1", .peers = {{"kvm4", "10.0.0.4"}}};
    EXPECT_EQ(with_neighbours_of(held(), state), state);
}

TEST(Neighbours, AreNeverTheNodeItselfAlsoUnderItsNewName)
{
    const wire::Neighbours all{{{"KVM1", "10.0.0.1"}, {"kvm2", "10.0.0.2"}}, {}, {}};
    EXPECT_EQ(with_neighbours(all, "d", {.node_name = "kvm1"}).peers.size(), 1U);
    EXPECT_EQ(with_neighbours_of(held(), {.node_name = "kvm3", .neighbours = "new"}).peers.size(), 1U);
}

TEST(Neighbours, AreFetchedAtOnceWhereNoneOrFewAreHeldAndApartWhereThereAreMany)
{
    using std::chrono::seconds;
    EXPECT_EQ(time_to_meet({}, 0.99), seconds{0});
    EXPECT_EQ(time_to_meet(held(), 0.99), seconds{0});
    wire::DesiredState many;
    many.peer_known_hosts.resize(10'000);
    EXPECT_EQ(time_to_meet(many, 0), seconds{0});
    EXPECT_EQ(time_to_meet(many, 0.5), seconds{100});
}

}  // namespace
}  // namespace onenode

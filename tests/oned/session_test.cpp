// Who we are, and what the front-end says of itself.
#include "tests/oned/suite.hpp"

#include <algorithm>

namespace onefrontend::oned {
namespace {

class OnedSession : public OnedSuite {};

TEST_F(OnedSession, LearnsTheVersion)
{
    const auto version = run(oned->version());
    ASSERT_OK(version);
    EXPECT_TRUE(version->starts_with("7.")) << *version;
}

TEST_F(OnedSession, LearnsItsOwnName)
{
    const auto session = read_session(std::getenv("ONED_AUTH"));
    ASSERT_OK(session);
    const auto name = run(oned->own_name());
    ASSERT_OK(name);
    EXPECT_TRUE(session->reveal().starts_with(*name + ":"));
}

TEST_F(OnedSession, IsRefusedWithAWrongPassword)
{
    const auto name = run(oned->own_name());
    ASSERT_OK(name);
    for (const std::string& session :
         {*name + ":wrong", *name + ":", std::string{"nobody:x"}, std::string{"no-colon"}}) {
        Client stranger = another(session);
        const auto version = run(stranger.version());
        ASSERT_FALSE(version);
        EXPECT_EQ(version.error().kind, ErrorKind::denied);
        EXPECT_EQ(one::to_line(version.error()),
                  "cannot call one.system.version: User couldn't be authenticated, aborting call.");
    }
}

TEST_F(OnedSession, IsToldWhenACallDoesNotExist)
{
    const auto error = refusal("one.nonsense.call", {});
    EXPECT_EQ(error.kind, ErrorKind::unsupported);
    EXPECT_EQ(error.reason, "Method 'one.nonsense.call' not defined");
}

TEST_F(OnedSession, IsToldWhenParametersAreMissingOrOfTheWrongType)
{
    EXPECT_EQ(refusal("one.host.info", {}).reason, "Not enough parameters");
    EXPECT_EQ(refusal("one.host.info", {"zero", false}).reason, "Parameter that is supposed to be integer is not");
    EXPECT_EQ(refusal("one.host.info", {"zero", false}).kind, ErrorKind::invalid);
}

TEST_F(OnedSession, CannotSendLettersAboveTheBasicPlane)
{
    EXPECT_EQ(refusal("one.system.version", {"\xF0\x9F\x98\x80"}).kind, ErrorKind::invalid);
}

TEST_F(OnedSession, MayGiveMoreParametersThanACallTakes)
{
    EXPECT_TRUE(call("one.system.version", {1, "two", true}));
}

TEST_F(OnedSession, LearnsTheRaftStateOfTheServer)
{
    const auto state = run(oned->raft_state());
    ASSERT_OK(state);
    EXPECT_TRUE(*state == RaftState::solo || *state == RaftState::leader);
}

TEST_F(OnedSession, LearnsTheServersOfTheZone)
{
    const auto servers = run(oned->servers());
    ASSERT_OK(servers);
    EXPECT_EQ(run(oned->servers(4242)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(oned->servers(4242)).error().reason, "Error getting zone [4242].");
}

TEST_F(OnedSession, FindsTheDefaultCluster)
{
    const auto found = run(oned->clusters());
    ASSERT_OK(found);
    ASSERT_FALSE(found->empty());
    EXPECT_TRUE(std::ranges::any_of(
        *found, [](const Cluster& cluster) { return cluster.id == 0 && cluster.name == "default"; }));
}

TEST_F(OnedSession, FindsANewCluster)
{
    const std::string name = fresh_name();
    const auto made = call("one.cluster.allocate", {name});
    ASSERT_OK(made);
    clusters.push_back(static_cast<int>(std::get<std::int64_t>(made->data)));
    const auto found = run(oned->clusters());
    ASSERT_OK(found);
    EXPECT_TRUE(std::ranges::any_of(
        *found, [&](const Cluster& cluster) { return cluster.id == clusters.back() && cluster.name == name; }));

    const auto host = run(oned->allocate_host(fresh_name(), "kvm", "kvm", clusters.back()));
    ASSERT_OK(host);
    const auto shown = run(oned->host(*host));
    EXPECT_TRUE(run(oned->delete_host(*host)));  // a cluster with hosts cannot be deleted
    ASSERT_OK(shown);
    EXPECT_EQ(shown->cluster, name);
    EXPECT_EQ(shown->cluster_id, clusters.back());
}

}  // namespace
}  // namespace onefrontend::oned

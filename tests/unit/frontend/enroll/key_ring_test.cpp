#include "frontend/enroll/key_ring.hpp"

#include "frontend/enroll/desired_source.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const std::string first = std::string{test::some_ssh_key} + " first";
const std::string second = test::another_ssh_key;

TEST(KeyRing, KeepsAKeyThatWentForItsTimeAndNoLonger)
{
    auto ring = turned({}, {first}, Missing::is_gone, 1000, 60s);
    ring = turned(ring, {second}, Missing::is_gone, 2000, 60s);
    EXPECT_EQ(lines_of(ring), (Lines{second, first})) << "what is in use comes first";
    ring = turned(ring, {second}, Missing::may_be_a_replica_s, 2059, 60s);
    EXPECT_EQ(lines_of(ring).size(), 2U);
    ring = turned(ring, {second}, Missing::may_be_a_replica_s, 2060, 60s);
    EXPECT_EQ(lines_of(ring), Lines{second});
}

TEST(KeyRing, TakesAKeyBackThatCameBack)
{
    auto ring = turned({}, {first}, Missing::is_gone, 1000, 60s);
    ring = turned(ring, {second}, Missing::is_gone, 2000, 60s);
    ring = turned(ring, {first}, Missing::is_gone, 2030, 60s);
    EXPECT_EQ(lines_of(turned(ring, {first}, Missing::may_be_a_replica_s, 3000, 60s)), Lines{first});
}

TEST(KeyRing, LeavesTheKeyOfAnotherReplicaAlone)
{
    auto ring = turned({}, {first}, Missing::is_gone, 1000, 60s);
    ring = turned(ring, {second}, Missing::may_be_a_replica_s, 2000, 60s);
    EXPECT_EQ(lines_of(turned(ring, {second}, Missing::may_be_a_replica_s, 9000, 60s)), (Lines{first, second}));
}

TEST(KeyRing, KnowsAKeyWhateverItsComment)
{
    const auto ring = turned({}, {first}, Missing::is_gone, 1000, 60s);
    EXPECT_EQ(turned(ring, {std::string{test::some_ssh_key} + " renamed"}, Missing::is_gone, 2000, 60s), ring);
}

class KeyRings : public testing::Test {
protected:
    static std::chrono::system_clock::time_point clock() { return std::chrono::system_clock::time_point{now}; }
    static inline std::chrono::seconds now{1000};

    Lines told() { return (*source.inputs())->oneadmin_keys; }
    void put_key(const std::string& line) { site.directory.write("home/.ssh/id_ed25519.pub", line + "\n"); }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    one::asio::thread_pool pool{1};
    DesiredSource source{site.config, cloud, pool, test::addresses_of_site, clock};
};

TEST_F(KeyRings, TellNodesOfTheNewKeyAtOnceAndOfTheOldOneUntilItsTimeIsUp)
{
    ASSERT_TRUE(test::run(source.refresh()));
    ASSERT_EQ(told().size(), 1U);
    put_key(second);
    ASSERT_TRUE(test::run(source.refresh_quick()));
    EXPECT_EQ(told().front(), second);
    EXPECT_EQ(told().size(), 2U);
    now += site.config.old_key_life;
    ASSERT_TRUE(test::run(source.refresh_quick()));
    EXPECT_EQ(told(), Lines{second}) << "whoever has not heard of the new one";
}

TEST_F(KeyRings, AreTheSameOnEveryReplica)
{
    ASSERT_TRUE(test::run(source.refresh()));
    test::Site other_site;
    other_site.directory.write("home/.ssh/id_ed25519.pub", first);
    test::FakeCloud other_cloud{one};
    DesiredSource other{other_site.config, other_cloud, pool, test::addresses_of_site, clock};
    ASSERT_TRUE(test::run(other.refresh()));
    put_key(second);
    ASSERT_TRUE(test::run(source.refresh_quick()));
    ASSERT_TRUE(test::run(other.refresh_quick()));
    EXPECT_EQ(fingerprints_of((*other.inputs())->oneadmin_keys), fingerprints_of(told()));
    EXPECT_EQ(one.count(key_ring_document), 1);
}

TEST_F(KeyRings, TellOfANewKeyAlsoWhileOpenNebulaIsAway)
{
    ASSERT_TRUE(test::run(source.refresh()));
    one.away = true;
    put_key(second);
    EXPECT_FALSE(test::run(source.refresh_quick()));
    EXPECT_EQ(told().front(), second);
    one.away = false;
    ASSERT_TRUE(test::run(source.refresh_quick()));
    EXPECT_EQ(test::run(find_key_ring(cloud))->keys.size(), 2U);
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(KeyRings, ThatSomebodyBrokeLeaveNodesWithWhatTheyHave)
{
    ASSERT_TRUE(test::run(source.refresh()));
    for (auto& [id, document] : one.documents)
        if (document.type == key_ring_document) document.body = "{\"keys\": 1}";
    EXPECT_FALSE(test::run(source.refresh_quick()));
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(KeyRings, OfWhoIsRefusedAreHeardWithinALook)
{
    ASSERT_TRUE(test::run(source.refresh()));
    EXPECT_FALSE(source.refuses(7));
    Bans bans{cloud};
    ASSERT_TRUE(test::run(bans.refuse(7, "alice", 1000)));
    ASSERT_TRUE(test::run(source.refresh_quick()));
    EXPECT_TRUE(source.refuses(7));
}

}  // namespace
}  // namespace onefrontend

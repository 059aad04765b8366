// Which nodes the sweep forgets, and above all which it keeps.
#include "frontend/api/node_sweep.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/api/with_service.hpp"

namespace onefrontend::api {
namespace {

constexpr std::int64_t today = 1'800'000'000;
constexpr std::int64_t day = 24 * 60 * 60;

class NodeSweep : public WithService {
protected:
    NodeSweep()
    {
        service.now_ms = [] { return today * 1000; };
        unfinished.name = "storage1";
        unfinished.claimed_key = "key";
        unfinished.token_id = 50;
        unfinished.enrolled_at = today - 8 * day;
    }
    int add(const Node& node) { return one.put(node_document, to_json(node)); }
    bool is_there(int id) { return one.documents.contains(id); }

    Node unfinished{};
};

TEST_F(NodeSweep, ForgetsAnUnfinishedJoinAfterAWeekAndItsTokensUseToo)
{
    const int id = add(unfinished);
    const int claim = one.put(claim_document, to_json(Claim{.token = 50, .key = "key"}));
    ASSERT_TRUE(test::run(sweep_nodes(service)));
    EXPECT_FALSE(is_there(id));
    EXPECT_TRUE(claim_from_json(claim, one.documents.at(claim).body)->closed);
    EXPECT_NE(site.directory.read("state/audit.log").find("node-expired"), std::string::npos);
}

TEST_F(NodeSweep, KeepsWhatIsYoungJoinedBannedOrHasAHost)
{
    Node young = unfinished;
    young.enrolled_at = today - 6 * day;
    Node joined = unfinished;
    joined.phase = Phase::joined;
    Node registering = unfinished;
    registering.phase = Phase::registering;
    Node intended = unfinished;
    intended.intent.host_name = "storage1";
    Node leaves = unfinished;
    leaves.phase = Phase::leaving;
    leaves.host_id = 3;
    std::vector<int> ids;
    for (const Node& node : {young, joined, registering, intended, leaves, unfinished})
        ids.push_back(add(node));
    ASSERT_TRUE(test::run(service.nodes.ban(ids.back(), "alice", today)));
    ASSERT_TRUE(test::run(sweep_nodes(service)));
    for (const int id : ids)
        EXPECT_TRUE(is_there(id)) << id;
}

TEST_F(NodeSweep, ForgetsAPlayedJoinThatWasKilledAfterAQuarterOfAnHour)
{
    Node played = unfinished;
    played.type = "trial";
    played.enrolled_at = today - 16 * 60;
    const int id = add(played);
    played.enrolled_at = today - 14 * 60;
    const int younger = add(played);
    ASSERT_TRUE(test::run(sweep_nodes(service)));
    EXPECT_FALSE(is_there(id));
    EXPECT_TRUE(is_there(younger));
}

TEST_F(NodeSweep, ForgetsNobodyUnseen)
{
    const int id = add(unfinished);
    site.directory.write("state/audit.log/in-the-way", "");
    EXPECT_FALSE(test::run(sweep_nodes(service)));
    EXPECT_TRUE(is_there(id));
}

}  // namespace
}  // namespace onefrontend::api

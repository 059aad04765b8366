#include "frontend/enroll/node.hpp"

#include "frontend/enroll/nodes.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

Node full_node()
{
    Node node;
    node.name = "kvm1";
    node.key = "aa";
    node.pending_key = "bb";
    node.claimed_key = "cc";
    node.generation = 3;
    node.type = "kvm";
    node.cluster = "default";
    node.cluster_id = 0;
    node.address = "10.0.0.5";
    node.ssh_host_keys = {"ssh-ed25519 AAAA x"};
    node.facts.host_name = "quote \" and ]]> and \\";
    node.facts.addresses = {"10.0.0.5"};
    node.phase = Phase::registering;
    node.host_id = 9;
    node.token_id = 4;
    node.enrolled_at = 1234567890123;
    node.intent = {.host_name = "kvm1", .host_id = 9, .deadline = 99};
    node.proofs.login_nonce = "n";
    node.proofs.beacon_ids = {5000000000};
    node.proofs.sizes = {1, 2};
    node.proofs.login_ok = true;
    node.move = {.address = "10.0.0.6", .addresses = {"10.0.0.6"}, .nonce = "m"};
    node.rename = {.name = "kvm9", .trouble = "taken", .asked_at = 5000000000, .rejected = true};
    node.name_trouble = "nobody knows it";
    return node;
}

TEST(NodeDocument, KeepsEverything)
{
    const auto node = full_node();
    const auto again = node_from_json(0, to_json(node));
    ASSERT_TRUE(again) << one::to_line(again.error());
    EXPECT_EQ(to_json(*again), to_json(node));
    EXPECT_EQ(again->intent, node.intent);
    EXPECT_EQ(again->proofs, node.proofs);
    EXPECT_EQ(again->facts.host_name, node.facts.host_name);
}

TEST(NodeDocument, OfAnOlderVersionHasDefaultsForWhatItDidNotKnow)
{
    const auto node = node_from_json(7, R"({"name":"a","key":"k","facts":{"host_name":"h"},"later":true})");
    ASSERT_TRUE(node) << one::to_line(node.error());
    EXPECT_EQ(node->id, 7);
    EXPECT_EQ(node->facts.host_name, "h");
    EXPECT_EQ(node->facts.ssh_port, 22);
    EXPECT_EQ(node->phase, Phase::enrolled);
}

TEST(NodeDocument, NamesTheFieldThatIsWrong)
{
    const auto refusal = [](const char* json) { return node_from_json(57, json).error().reason; };
    EXPECT_EQ(node_from_json(57, "{").error().thing, "node document 57");
    EXPECT_EQ(refusal(R"({"key":"k"})"), "cannot read field name: it is missing");
    EXPECT_EQ(refusal(R"({"name":"a","key":7})"), "cannot read field key: a string was expected");
    EXPECT_EQ(refusal(R"({"name":"a","key":"k","generation":"1"})"),
              "cannot read field generation: a number was expected");
    EXPECT_EQ(refusal(R"({"name":"a","key":"k","generation":99999999999})"),
              "cannot read field generation: a number was expected");
    EXPECT_EQ(refusal(R"({"name":"a","key":"k","intent":[]})"), "cannot read field intent: an object was expected");
    EXPECT_EQ(refusal(R"({"name":"a","key":"k","intent":{"deadline":"x"}})"),
              "cannot read field intent.deadline: a number was expected");
    EXPECT_EQ(refusal(R"({"name":"a","key":"k","phase":"odd"})"), "cannot read field phase: \"odd\" is none of ours");
    EXPECT_EQ(refusal("[1]"), "cannot read the text: it is no JSON object");
    EXPECT_EQ(refusal("{"), "cannot read the text: it is no JSON object");
}

class NodesTest : public testing::Test {
protected:
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    Nodes nodes{cloud};
};

TEST_F(NodesTest, AreDocuments)
{
    const int id = *test::run(nodes.add(full_node()));
    const auto rename = [](Node& present) -> Result<> {
        present.name = "kvm2";
        return {};
    };
    EXPECT_EQ(test::run(nodes.change(id, rename))->name, "kvm2");
    EXPECT_EQ(test::run(nodes.all())->at(0).name, "kvm2");
    EXPECT_TRUE(*test::run(nodes.remove(id)));
    EXPECT_FALSE(*test::run(nodes.remove(id)));
    EXPECT_EQ(test::run(nodes.get(id)).error().kind, one::ErrorKind::not_found);
}

TEST_F(NodesTest, AreWrittenOnlyWhereAnEditChangedSomething)
{
    const int id = *test::run(nodes.add(full_node()));
    const auto body = one.documents.at(id).body;
    one.documents.at(id).name = "as before";
    const auto look = [](Node&) -> Result<> { return {}; };
    const auto refuse = [](Node& present) -> Result<> {
        present.name = "kvm2";
        return one::fail({.kind = one::ErrorKind::conflict, .thing = "it", .reason = "no", .doing = "change"});
    };
    EXPECT_TRUE(test::run(nodes.change(id, look)));
    EXPECT_EQ(test::run(nodes.change(id, refuse)).error().kind, one::ErrorKind::conflict);
    EXPECT_EQ(one.documents.at(id).body, body);
    EXPECT_EQ(one.documents.at(id).name, "as before");
    EXPECT_EQ(cloud.turns().keys(), 0U);
}

TEST_F(NodesTest, AreNotTakenFromDocumentsOfOtherTypes)
{
    const int id = one.put(token_document, to_json(full_node()));
    EXPECT_EQ(test::run(nodes.get(id)).error().kind, one::ErrorKind::not_found);
}

TEST_F(NodesTest, AreListedWithoutTheOneThatCannotBeRead)
{
    one.put(node_document, "broken");
    test::run(nodes.add(full_node())).value();
    EXPECT_EQ(test::run(nodes.all())->size(), 1U);
}

// Somebody still holds the list before: what is the same is not parsed again, and nothing else is taken from it.
TEST_F(NodesTest, AreInTheNextListWhatTheyAreByThen)
{
    const int changed = test::run(nodes.add(full_node())).value();
    const int refused = test::run(nodes.add(full_node())).value();
    const int removed = test::run(nodes.add(full_node())).value();
    const auto before = test::run(nodes.look()).value();

    Nodes::Edit rename = [](Node& present) -> Result<> {
        present.name = "another";
        return {};
    };
    ASSERT_TRUE(test::run(nodes.change(changed, std::move(rename))));
    ASSERT_TRUE(test::run(nodes.ban(refused, "oneadmin", 1)));
    ASSERT_TRUE(test::run(nodes.remove(removed)));

    const auto after = test::run(nodes.look()).value();
    ASSERT_EQ(after->nodes.all().size(), 2U);
    EXPECT_EQ(after->nodes.all()[0].name, "another");
    EXPECT_TRUE(after->nodes.all()[1].banned);
    EXPECT_EQ(after->nodes.all()[1].name, before->nodes.all()[1].name);
    EXPECT_FALSE(before->nodes.all()[1].banned);
}

}  // namespace
}  // namespace onefrontend

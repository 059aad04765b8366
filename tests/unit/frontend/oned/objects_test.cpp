#include "frontend/oned/failure.hpp"
#include "frontend/oned/objects.hpp"
#include "tests/unit/frontend/oned/captured.hpp"

#include <gtest/gtest.h>

namespace {

using namespace onefrontend::oned;

std::string captured_xml(const std::string& number)
{
    auto answer = one::xmlrpc::parse_answer(captured_answer(number));
    if (!answer) return answer.error().reason;
    const auto value = value_of("captured", *std::move(answer));
    return value ? std::get<std::string>(value->data) : value.error().reason;
}

TEST(OnedHost, IsReadAsOnedShowsAFreshOne)
{
    const auto host = host_from_xml(captured_xml("13"));
    ASSERT_TRUE(host) << one::to_text(host.error());
    EXPECT_EQ(host->id, 0);
    EXPECT_EQ(host->name, "kvm-a.example.net");
    EXPECT_EQ(host->state, HostState::init);
    EXPECT_EQ(host->im_mad, "kvm");
    EXPECT_EQ(host->vm_mad, "kvm");
    EXPECT_EQ(host->cluster_id, 0);
    EXPECT_EQ(host->cluster, "default");
    EXPECT_EQ(host->running_vms, 0);
    EXPECT_TRUE(host->vms.empty());
    EXPECT_EQ(host->onenode, "");
    EXPECT_EQ(host->monitored_at, 0);
}

TEST(OnedHost, KeepsVmsErrorAndTimeAndPassesOverTheUnknown)
{
    const auto host =
        host_from_xml("<HOST><ID>7</ID><NEW><ID>1</ID></NEW><STATE>3</STATE><VMS><ID>4</ID><ID>9</ID></VMS>"
                      "<HOST_SHARE><RUNNING_VMS>2</RUNNING_VMS></HOST_SHARE><TEMPLATE><ONENODE><![CDATA[12]]></ONENODE>"
                      "<ERROR>Sat : Error &amp; more</ERROR></TEMPLATE><MONITORING><TIMESTAMP>1795207370</TIMESTAMP>"
                      "</MONITORING></HOST>");
    ASSERT_TRUE(host);
    EXPECT_EQ(host->state, HostState::error);
    EXPECT_EQ(host->vms, (std::vector<int>{4, 9}));
    EXPECT_EQ(host->running_vms, 2);
    EXPECT_EQ(host->onenode, "12");
    EXPECT_EQ(host->error, "Sat : Error & more");
    EXPECT_EQ(host->monitored_at, 1795207370);
}

TEST(OnedHost, HasTheAttributesThatAreMeantForUs)
{
    const auto host = host_from_xml(
        "<HOST><ID>7</ID><TEMPLATE><ONENODE><![CDATA[12]]></ONENODE><ONENODE_A><![CDATA[a b]]></ONENODE_A>"
        "<MY_ONENODE_B>c</MY_ONENODE_B><ONENODE_C/></TEMPLATE></HOST>");
    ASSERT_TRUE(host);
    EXPECT_EQ(host->own_attributes, (OwnAttributes{{"ONENODE_A", "a b"}, {"ONENODE_C", ""}}));
    const auto clusters =
        clusters_from_xml("<CLUSTER_POOL><CLUSTER><ID>1</ID><TEMPLATE><ONENODE_A>x</ONENODE_A></TEMPLATE></CLUSTER>"
                          "<CLUSTER><ID>2</ID></CLUSTER></CLUSTER_POOL>");
    ASSERT_TRUE(clusters);
    EXPECT_EQ(clusters->at(0).own_attributes, (OwnAttributes{{"ONENODE_A", "x"}}));
    EXPECT_TRUE(clusters->at(1).own_attributes.empty());
}

TEST(OnedHost, HasTheNamesOfStatesThatOnehostPrints)
{
    const std::vector<std::pair<int, std::string>> states{{0, "init"}, {2, "on"},  {3, "err"},
                                                          {4, "dsbl"}, {8, "off"}, {5, "other"}};
    for (const auto& [number, name] : states) {
        const auto host = host_from_xml("<HOST><ID>1</ID><STATE>" + std::to_string(number) + "</STATE></HOST>");
        ASSERT_TRUE(host);
        EXPECT_EQ(to_string(host->state), name);
    }
}

TEST(OnedHost, NeedsAnId)
{
    EXPECT_EQ(one::to_line(host_from_xml("<HOST><NAME>x</NAME></HOST>").error()),
              "cannot read oned's <HOST>: its ID is missing or not a number");
    EXPECT_EQ(host_from_xml("<HOST><ID>x</ID></HOST>").error().kind, one::ErrorKind::invalid);
    EXPECT_EQ(host_from_xml("<VM><ID>1</ID></VM>").error().reason, "it holds <VM> instead");
    EXPECT_FALSE(host_from_xml("<HOST><ID>1</ID>"));
    EXPECT_FALSE(host_from_xml(""));
}

TEST(OnedPools, AreReadAsCaptured)
{
    const auto hosts = hosts_from_xml(captured_xml("21"));
    ASSERT_TRUE(hosts);
    ASSERT_EQ(hosts->size(), 2U);
    EXPECT_EQ(hosts->at(0).name, "lxc-a.example.net");
    EXPECT_EQ(hosts->at(1).onenode, "");  // somebody's vector attribute of that name is no pointer of ours

    const auto none = hosts_from_xml(captured_xml("05"));
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());

    const auto clusters = clusters_from_xml(captured_xml("22"));
    ASSERT_TRUE(clusters);
    ASSERT_EQ(clusters->size(), 1U);
    EXPECT_EQ(clusters->at(0).name, "default");
}

TEST(OnedDocuments, ComeInAscendingOrder)
{
    const auto documents = documents_from_xml(captured_xml("34"));
    ASSERT_TRUE(documents);
    ASSERT_EQ(documents->size(), 2U);
    EXPECT_EQ(documents->at(0).id, 0);
    EXPECT_EQ(documents->at(1).id, 1);
    EXPECT_EQ(documents->at(0).type, 1700);
    EXPECT_EQ(documents->at(0).name, "onenode-token-abcdef");
    EXPECT_EQ(documents->at(0).owner, 0);
    EXPECT_EQ(documents->at(0).owner_name, "oneadmin");
}

TEST(OnedDocuments, AreNotGuessedWhenOneCannotBeRead)
{
    EXPECT_FALSE(documents_from_xml("<DOCUMENT_POOL><DOCUMENT><ID>1</ID></DOCUMENT><DOCUMENT/></DOCUMENT_POOL>"));
}

TEST(OnedZone, ListsItsServersAndItsRaftState)
{
    const auto alone = servers_from_xml(captured_xml("36"));
    ASSERT_TRUE(alone);
    EXPECT_TRUE(alone->empty());
    const auto two =
        servers_from_xml("<ZONE><SERVER_POOL><SERVER><ID>0</ID><NAME>a</NAME><ENDPOINT>http://a:2633/RPC2</ENDPOINT>"
                         "</SERVER><SERVER><ID>1</ID><NAME>b</NAME></SERVER></SERVER_POOL></ZONE>");
    ASSERT_TRUE(two);
    ASSERT_EQ(two->size(), 2U);
    EXPECT_EQ(two->at(0).endpoint, "http://a:2633/RPC2");

    EXPECT_EQ(raft_state_from_xml(captured_xml("37")), RaftState::solo);
    EXPECT_EQ(raft_state_from_xml("<RAFT><STATE>3</STATE></RAFT>"), RaftState::leader);
    EXPECT_FALSE(raft_state_from_xml("<RAFT><STATE>4</STATE></RAFT>"));
}

TEST(OnedUser, HasAName)
{
    EXPECT_EQ(user_name_from_xml(captured_xml("03")), std::string{"oneadmin"});
    EXPECT_FALSE(user_name_from_xml("<USER/>"));
}

TEST(OnedTemplate, CarriesAnyTextButTheEndOfCdata)
{
    const auto xml = template_xml({{"NAME", "a<b>&c"}, {"ONENODE", "{\"x\":\"\\n'\"}"}});
    EXPECT_EQ(xml,
              std::string{"<TEMPLATE><NAME>a&lt;b&gt;&amp;c</NAME><ONENODE>{\"x\":\"\\n'\"}</ONENODE></TEMPLATE>"});
    EXPECT_EQ(template_xml({{"ONENODE", "]]>"}}).error().kind, one::ErrorKind::invalid);
}

TEST(OnedTemplate, KeepsTheMeaningOfJsonThatHoldsTheEndOfCdata)
{
    EXPECT_EQ(storable_json(R"({"a":"]]>","b":"]]]]>>"})"), R"({"a":"]]\u003e","b":"]]]]\u003e>"})");
    EXPECT_EQ(storable_json("[[1]]"), "[[1]]");
}

TEST(OnedTemplate, KeepsTheMeaningOfJsonWithLettersThatOnedRefuses)
{
    EXPECT_EQ(storable_json("\"\xF0\x9F\x98\x80 \xC3\xBC \xE6\xBC\xA2\""), "\"\\ud83d\\ude00 \xC3\xBC \xE6\xBC\xA2\"");
    EXPECT_EQ(storable_json("\xF4\x8F\xBF\xBF"), "\\udbff\\udfff");
    EXPECT_EQ(storable_json("\xF0\x9F"), "\xF0\x9F");  // not UTF-8: refused when it is sent
}

}  // namespace

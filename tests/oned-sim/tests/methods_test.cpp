// What the captures do not show: permissions, locks, filters, tokens, faults of parameters, objects in a file.
#include "tests/oned-sim/tests/raw_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onedsim::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view alice = "alice:secret";
constexpr std::string_view bob = "bob:hidden";

TEST(Documents, AreTheirOwnersAlone)
{
    FreshFront fresh;
    EXPECT_EQ(fresh.call("one.document.allocate", {"NAME=mine", 1700}, alice), "0");
    EXPECT_EQ(fresh.call("one.document.info", {0}, bob),
              "512 [one.document.info] User [3] : Not authorized to perform USE DOCUMENT [0].");
    EXPECT_EQ(fresh.call("one.document.delete", {0}, bob),
              "512 [one.document.delete] User [3] : Not authorized to perform MANAGE DOCUMENT [0].");
    EXPECT_EQ(fresh.call("one.document.update", {0, "X=1", 1}, alice), "0");
}

TEST(Documents, CanBeSharedByTheirBits)
{
    FreshFront fresh;
    fresh.call("one.document.allocate", {"NAME=mine", 1700}, alice);
    EXPECT_EQ(fresh.call("one.document.chmod", {0, -1, -1, -1, 1, -1, -1, -1, -1, -1}, alice), "0");
    EXPECT_THAT(fresh.call("one.document.info", {0}, bob), HasSubstr("<GROUP_U>1</GROUP_U>"));
    EXPECT_EQ(fresh.call("one.document.chmod", {0, -1, -1, 1, -1, -1, -1, -1, -1, -1}, alice),
              "512 [one.document.chmod] User [2] : Not authorized to perform ADMIN DOCUMENT [0].");
    EXPECT_EQ(fresh.call("one.document.chmod", {0, 7, -1, -1, -1, -1, -1, -1, -1, -1}, alice),
              "8192 [one.document.chmod] New permission values must be -1, 0 or 1");
}

TEST(Documents, AreFilteredByTypeOwnerAndRange)
{
    FreshFront fresh;
    for (const auto* name : {"NAME=a", "NAME=b", "NAME=c"})
        fresh.call("one.document.allocate", {name, 1700}, alice);
    fresh.call("one.document.allocate", {"NAME=other", 1701}, alice);
    fresh.call("one.document.allocate", {"NAME=admins", 1700});
    const auto names = [&](int filter, int start, int end, std::string_view who) {
        std::string found;
        const auto xml = fresh.call("one.documentpool.info", {filter, start, end, 1700}, who);
        for (const std::string name : {"a", "b", "c", "other", "admins"})
            if (xml.find("<NAME>" + name + "</NAME>") != std::string::npos) found += name;
        return found;
    };
    EXPECT_EQ(names(-2, -1, -1, "oneadmin:opennebula"), "abcadmins");
    EXPECT_EQ(names(-2, -1, -1, alice), "abc");
    EXPECT_EQ(names(-2, -1, -1, bob), "");
    EXPECT_EQ(names(-3, -1, -1, "oneadmin:opennebula"), "admins");
    EXPECT_EQ(names(2, -1, -1, "oneadmin:opennebula"), "abc");
    EXPECT_EQ(names(-2, 1, 2, alice), "bc");
    EXPECT_EQ(names(-2, 1, -1, alice), "bc");
    EXPECT_EQ(names(-2, 0, -2, alice), "bc");  // a page of two, newest first
}

TEST(Documents, OldestIdIsNeverGivenAgain)
{
    FreshFront fresh;
    fresh.call("one.document.allocate", {"NAME=a", 1});
    fresh.call("one.document.delete", {0});
    EXPECT_EQ(fresh.call("one.document.allocate", {"", 1}), "1");
    EXPECT_THAT(fresh.call("one.document.info", {1}), HasSubstr("<NAME>document-1</NAME>"));
    EXPECT_EQ(fresh.call("one.document.delete", {0}), "1024 [one.document.delete] Error getting document [0].");
}

TEST(Documents, ThatAreNoXmlAreRefusedWhenNewAndForgottenWhenUpdated)
{
    FreshFront fresh;
    constexpr const char* no_xml = "<T><A>]]&gt;</A></T>";
    EXPECT_EQ(fresh.call("one.document.allocate", {no_xml, 1}),
              "8192 [one.document.allocate] Error transforming the Document to XML.");
    EXPECT_EQ(fresh.call("one.document.allocate", {"NAME=\"a<b\"", 1}),
              "8192 [one.document.allocate] Error transforming the Document to XML.");
    EXPECT_EQ(fresh.call("one.document.allocate", {"A=old", 1}), "0");
    EXPECT_EQ(fresh.call("one.document.update", {0, no_xml, 0}), "0");
    EXPECT_THAT(fresh.call("one.document.info", {0}), HasSubstr("<A><![CDATA[old]]></A>"));
}

TEST(Locks, WithholdRightsEvenFromAdmins)
{
    FreshFront fresh;
    fresh.call("one.document.allocate", {"NAME=a", 1});
    EXPECT_EQ(fresh.call("one.document.lock", {0, 4}), "0");
    EXPECT_EQ(fresh.call("one.document.update", {0, "X=1", 1}),
              "512 [one.document.update] User [0] : DOCUMENT is locked. [0].");
    EXPECT_EQ(fresh.call("one.document.delete", {0}), "512 [one.document.delete] User [0] : DOCUMENT is locked. [0].");
    EXPECT_THAT(fresh.call("one.document.info", {0}), HasSubstr("<LOCK><LOCKED>1</LOCKED><OWNER>0</OWNER><TIME>"));
}

TEST(Locks, AreTestedAndSetInOneCallAndOtherwiseTakenAgain)
{
    FreshFront fresh;
    fresh.call("one.document.allocate", {"NAME=a", 1}, alice);
    EXPECT_EQ(fresh.call("one.document.lock", {0, 4, true}, alice), "0");
    EXPECT_THAT(fresh.call("one.document.lock", {0, 4, true}, alice), StartsWith("2048 [one.document.lock] 1"));
    EXPECT_EQ(fresh.call("one.document.lock", {0, 4}, alice), "0");
    EXPECT_EQ(fresh.call("one.document.lock", {0, 4}), "0");
    EXPECT_EQ(fresh.call("one.document.lock", {0, 4}, alice),
              "2048 [one.document.lock] Error trying to lock the resource.");
    EXPECT_EQ(fresh.call("one.document.unlock", {0}, alice),
              "2048 [one.document.unlock] Cannot unlock: Lock is owned by another user");
    EXPECT_EQ(fresh.call("one.document.unlock", {0}), "0");
    EXPECT_EQ(fresh.call("one.document.lock", {0, 9}, alice), "2048 [one.document.lock] Wrong lock level specified");
}

TEST(Hosts, NeedRightsToBeCreated)
{
    FreshFront fresh;
    EXPECT_EQ(fresh.call("one.host.allocate", {"node", "kvm", "kvm", -1}, alice),
              "512 [one.host.allocate] User [2] : Not authorized to perform CREATE HOST; Not authorized to perform "
              "ADMIN CLUSTER [0].");
    // #2 HOST/* CREATE and #2 CLUSTER/* ADMIN
    EXPECT_EQ(fresh.call("one.acl.addrule", {"100000002", "2400000000", "8"}), "6");
    EXPECT_EQ(fresh.call("one.acl.addrule", {"100000002", "200400000000", "4"}), "7");
    EXPECT_EQ(fresh.call("one.host.allocate", {"node", "kvm", "kvm", -1}, alice), "0");
    EXPECT_EQ(fresh.call("one.host.info", {0}, alice),
              "512 [one.host.info] User [2] : Not authorized to perform USE HOST [0].");
    EXPECT_EQ(fresh.call("one.hostpool.info", {}, alice), "<HOST_POOL></HOST_POOL>");
}

TEST(Hosts, HaveNamesThatOpenNebulaTakes)
{
    FreshFront fresh;
    const auto refused = [&](const char* name) { return fresh.call("one.host.allocate", {name, "kvm", "kvm", -1}); };
    constexpr std::string_view front = "16384 [one.host.allocate] Error allocating a new host. ";
    EXPECT_EQ(refused("-node"), std::string{front} + "Invalid HOSTNAME, first character can't be '-'");
    EXPECT_EQ(refused("node."), std::string{front} + "Invalid HOSTNAME, last character can't be '.'");
    EXPECT_EQ(refused("no de"), std::string{front} + "Invalid HOSTNAME, ' ' is invalid character for a HOSTNAME");
    EXPECT_EQ(refused("fe80::1"), std::string{front} + "Invalid HOSTNAME, ':' is invalid character for a HOSTNAME");
    EXPECT_EQ(refused("10.0.0.7"), "0");
}

TEST(Hosts, LoseWhatAReplacedTemplateDoesNotName)
{
    FreshFront fresh;
    fresh.call("one.host.allocate", {"node", "kvm", "kvm", -1});
    EXPECT_EQ(fresh.call("one.host.update", {0, "A=1", 0}), "0");
    EXPECT_THAT(fresh.call("one.host.info", {0}), HasSubstr("<TEMPLATE><A><![CDATA[1]]></A><IM_MAD><![CDATA[kvm]]></"
                                                            "IM_MAD><VM_MAD><![CDATA[kvm]]></VM_MAD></TEMPLATE>"));
    EXPECT_EQ(fresh.call("one.host.update", {0, "A=1", 2}), "4096 [one.host.update] Wrong update type");
    EXPECT_EQ(fresh.call("one.host.status", {0, 9}), "8192 [one.host.status] Wrong status code");
}

TEST(Clusters, AreLeftOnlyWhenEmpty)
{
    FreshFront fresh;
    fresh.call("one.host.allocate", {"node", "kvm", "kvm", -1});
    EXPECT_EQ(fresh.call("one.cluster.allocate", {"edge"}), "100");
    EXPECT_EQ(fresh.call("one.cluster.addhost", {100, 0}), "100");
    EXPECT_EQ(fresh.call("one.cluster.delete", {100}),
              "2048 [one.cluster.delete] Cannot delete cluster. Cluster 100 is not empty, it contains 1 hosts.");
    EXPECT_EQ(fresh.call("one.cluster.delhost", {100, 0}), "100");
    EXPECT_EQ(fresh.call("one.cluster.delete", {100}), "100");
    EXPECT_EQ(fresh.call("one.cluster.delete", {0}),
              "2048 [one.cluster.delete] Cannot delete cluster. System Clusters (ID < 100) cannot be deleted.");
}

TEST(Sessions, TakeTokensUntilTheyAreRevoked)
{
    FreshFront fresh;
    const auto token = fresh.call("one.user.login", {"alice", "", 600}, alice);
    EXPECT_EQ(fresh.call("one.system.version", {}, "alice:" + token), "7.4.0");
    EXPECT_EQ(fresh.call("one.user.login", {"alice", token, 0}, alice), token);
    EXPECT_EQ(fresh.call("one.system.version", {}, "alice:" + token),
              "256 [one.system.version] User couldn't be authenticated, aborting call.");
}

TEST(Sessions, EndWithTheClock)
{
    FreshFront fresh;
    const auto token = fresh.call("one.user.login", {"alice", "", 600}, alice);
    fresh.clock.skew(601);
    EXPECT_THAT(fresh.call("one.system.version", {}, "alice:" + token), StartsWith("256 "));
}

TEST(Sessions, OfDisabledOrUnknownUsersAreRefused)
{
    FreshFront fresh;
    fresh.call("one.user.enable", {2, false});
    for (const auto* session : {"alice:secret", "nobody:secret", "alice", "", "alice:"})
        EXPECT_THAT(fresh.call("one.system.version", {}, session), StartsWith("256 ")) << session;
}

TEST(Parameters, AreCountedAndTypedAfterTheSessionWasChecked)
{
    FreshFront fresh;
    EXPECT_EQ(fresh.call("one.host.info", {}, "alice:wrong"),
              "256 [one.host.info] User couldn't be authenticated, aborting call.");
    EXPECT_EQ(fresh.call("one.host.info", {}), "fault -501 Not enough parameters");
    EXPECT_EQ(fresh.call("one.document.lock", {0, 4, 3}), "fault -501 Parameter that is supposed to be boolean is not");
    EXPECT_EQ(fresh.call("one.document.allocate", {5, 6}),
              "fault -501 Parameter that is supposed to be a string is not");
    EXPECT_EQ(fresh.call("one.system.version", {1, 2, 3}), "7.4.0");
}

TEST(Store, GivesTheSameWorldBack)
{
    FreshFront fresh;
    fresh.call("one.document.allocate", {"NAME=a\nV=[ X=1 ]", 1700}, alice);
    fresh.call("one.document.lock", {0, 4}, alice);
    fresh.call("one.host.allocate", {"node", "kvm", "kvm", -1});
    fresh.call("one.user.login", {"alice", "", 600}, alice);
    const auto text = fresh.world.with([](World& world) { return to_json(world); });
    const auto again = world_from_json(text);
    ASSERT_TRUE(again) << again.error().reason;
    EXPECT_EQ(to_json(*again), text);
    EXPECT_EQ(again->hosts.next_id, 1);
    EXPECT_FALSE(world_from_json("{\"hosts\": 7"));
}

}  // namespace
}  // namespace onedsim::test

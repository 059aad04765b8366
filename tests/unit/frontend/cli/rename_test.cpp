// An admin's yes and no to a node whose host name changed.
#include "frontend/cli/rename.hpp"

#include "frontend/enroll/nodes.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace onefrontend::cli {
namespace {

class Renames : public testing::Test {
protected:
    Renames()
    {
        admin.config = &site.config;
        admin.cloud = &cloud;
        admin.user = "alice";
        admin.audit = [log = Audit{site.directory.path("audit.log")}](const auto& event) { return log.write(event); };
        admin.out = &terminal;
        admin.now = 1'000'000;
        Node node;
        node.name = "kvm1";
        node.key = "a";
        node.address = "10.0.0.5";
        node.host_id = 7;
        node.phase = Phase::joined;
        node.rename = {.name = "kvm9", .asked_at = 1'000'000};
        id = *test::run(Nodes{cloud}.add(node));
        one.hosts = {{.id = 7, .name = "kvm1"}};
    }
    Exit run(Async<Result<Exit>> verb)
    {
        const auto exit = test::run(std::move(verb));
        if (!exit) errors << one::to_text(exit.error());
        return exit ? *exit : Exit::failed;
    }
    Node stored() { return *test::run(Nodes{cloud}.get(id)); }
    void change(const std::function<void(Node&)>& how)
    {
        Node node = stored();
        how(node);
        const auto put = [&node](Node& present) -> Result<> {
            present = node;
            return {};
        };
        Nodes nodes{cloud};
        ASSERT_TRUE(test::run(nodes.change(node.id, put)));
    }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    std::ostringstream out{};
    std::ostringstream errors{};
    Terminal terminal{out, errors, false};
    Admin admin{};
    int id = -1;
};

TEST_F(Renames, AreListedAndShownWithWhatToDo)
{
    EXPECT_EQ(run(node_list(admin)), Exit::ok);
    EXPECT_NE(out.str().find("joined, to be kvm9"), std::string::npos) << out.str();
    EXPECT_EQ(run(node_show(admin, "kvm1")), Exit::ok);
    EXPECT_NE(out.str().find("onefrontend node approve " + std::to_string(id)), std::string::npos) << out.str();
}

TEST_F(Renames, AreMadeInOpenNebulaAndThenInTheDocument)
{
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::ok) << errors.str();
    EXPECT_EQ(one.hosts.front().name, "kvm9");
    EXPECT_EQ(stored().name, "kvm9");
    EXPECT_EQ(stored().rename, Rename{});
    const auto told = site.directory.read("audit.log");
    EXPECT_NE(told.find(R"("event":"renamed","by":"alice")"), std::string::npos) << told;
    EXPECT_NE(told.find(R"("from":"kvm1","to":"kvm9")"), std::string::npos) << told;
}

TEST_F(Renames, GoOnWhereTheLastTryDiedInBetween)
{
    one.hosts.front().name = "kvm9";
    EXPECT_EQ(run(node_approve(admin, std::to_string(id))), Exit::ok) << errors.str();
    EXPECT_EQ(stored().name, "kvm9");
}

TEST_F(Renames, ThatAreRejectedWaitNoMore)
{
    EXPECT_EQ(run(node_reject(admin, "kvm1")), Exit::ok);
    EXPECT_EQ(one.hosts.front().name, "kvm1");
    EXPECT_FALSE(waits_for_rename(stored()));
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::failed);
    EXPECT_NE(errors.str().find("no rename of it waits"), std::string::npos) << errors.str();
    EXPECT_NE(site.directory.read("audit.log").find("rename-rejected"), std::string::npos);
}

TEST_F(Renames, AreNotMadeWhereTheNewNameDoesNotLeadToTheNode)
{
    change([](Node& node) { node.rename.trouble = "the front-end cannot resolve kvm9"; });
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::failed);
    EXPECT_NE(errors.str().find("the front-end cannot resolve kvm9"), std::string::npos);
    EXPECT_NE(errors.str().find("let kvm9 lead to 10.0.0.5 here"), std::string::npos) << errors.str();
    EXPECT_EQ(one.hosts.front().name, "kvm1");
}

TEST_F(Renames, AreNotMadeWhereSomebodyTookTheNameMeanwhile)
{
    one.hosts.push_back({.id = 9, .name = "kvm9"});
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::failed);
    EXPECT_NE(errors.str().find("host 9 of OpenNebula has it"), std::string::npos) << errors.str();
    EXPECT_EQ(stored().name, "kvm1");
}

TEST_F(Renames, LeaveAHostAloneThatSomebodyElseRenamed)
{
    one.hosts.front().name = "mine";
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::failed);
    EXPECT_NE(errors.str().find("onehost rename 7 kvm1"), std::string::npos) << errors.str();
    EXPECT_EQ(one.hosts.front().name, "mine");
}

// OpenNebula goes on calling a VM's host by the name from when it came there.
TEST_F(Renames, WaitUntilTheVmsAreGoneAsLongAsTheOldNameFindsThem)
{
    one.hosts.front().vms = {3, 4};
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::failed);
    EXPECT_NE(errors.str().find("2 VMs are on it"), std::string::npos) << errors.str();
    EXPECT_NE(errors.str().find("onehost flush 7"), std::string::npos) << errors.str();
    change([](Node& node) { node.name_trouble = "on the front-end kvm1 is 10.0.0.4"; });
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::warnings);
    EXPECT_EQ(one.hosts.front().name, "kvm9");
}

TEST_F(Renames, OfNobodyAreTold)
{
    EXPECT_EQ(run(node_approve(admin, "kvm77")), Exit::failed);
    EXPECT_NE(errors.str().find("it is no code of a machine, and no node has this id or name"), std::string::npos)
        << errors.str();
}

}  // namespace
}  // namespace onefrontend::cli

// The real sshd lets the front-end in, and the real ssh lets oneadmin out only to a pinned front-end.
#include "tests/integration/steps/sshd.hpp"
#include "tests/integration/steps/this_machine.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace onenode {
namespace {

class Ssh : public OnThisMachine {
protected:
    void SetUp() override
    {
        OnThisMachine::SetUp();
        if (::access("/usr/sbin/sshd", X_OK) != 0) GTEST_SKIP() << "no sshd here";
    }

    // As the front-end's driver does, with its own key.
    Result<CommandOutput> log_in(const Sshd& sshd, const std::string& key, const std::string& command)
    {
        return one::run_command(
            {.argv = {"ssh", "-F", "none", "-i", layers_ + "/" + key, "-p", std::to_string(sshd.port()), "-o",
                      "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o",
                      "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "oneadmin@127.0.0.1", command},
             .limit = std::chrono::seconds{20}});
    }

    std::string option(const std::string& host, const std::string& name)
    {
        const auto output = as_oneadmin({"ssh", "-G", host});
        if (!output || !output->ok()) return output ? output->err : one::to_line(output.error());
        const auto start = output->out.find('\n' + name + ' ');
        if (start == std::string::npos) return {};
        const auto value = start + name.size() + 2;
        return output->out.substr(value, output->out.find('\n', value) - value);
    }
};

TEST_F(Ssh, LetsTheFrontendInAndKeepsItsOutputClean)
{
    ASSERT_TRUE(join());
    const Sshd sshd{layers_ + "/host", layers_};
    const auto said = log_in(sshd, "frontend", "echo in; whoami; pwd");
    ASSERT_TRUE(said) << one::to_text(said.error());
    EXPECT_EQ(said->out, "in\noneadmin\n/var/lib/one\n") << said->err << sshd.log();
}

TEST_F(Ssh, LetsNobodyElseIn)
{
    (void)make_key(layers_ + "/other");
    ASSERT_TRUE(join());
    const Sshd sshd{layers_ + "/host", layers_};
    EXPECT_NE(log_in(sshd, "other", "true")->exit_code, 0);
    ASSERT_TRUE(leave());
    EXPECT_NE(log_in(sshd, "frontend", "true")->exit_code, 0);
}

TEST_F(Ssh, LetsTheFrontendInAfterTheHomeWasLeftOpen)
{
    ASSERT_TRUE(join());
    const Sshd sshd{layers_ + "/host", layers_};
    ASSERT_TRUE(host_.set_attributes("/var/lib/one", 0777, "oneadmin", "oneadmin"));
    EXPECT_NE(log_in(sshd, "frontend", "true")->exit_code, 0)
        << "StrictModes must refuse this, or the test shows nothing";
    ASSERT_TRUE(join());
    EXPECT_EQ(log_in(sshd, "frontend", "true")->exit_code, 0) << sshd.log();
}

TEST_F(Ssh, PinsTheFrontendBeforeThePackagesConfig)
{
    ASSERT_TRUE(host_
                    .run({.argv = {"useradd", "--system", "--create-home", "--home-dir", "/var/lib/one", "--uid",
                                   "9869", "--shell", "/bin/bash", "oneadmin"}})
                    ->ok());
    ASSERT_TRUE(host_.make_directory({.path = "/var/lib/one/.ssh", .mode = 0700, .owner = "oneadmin"}));
    ASSERT_TRUE(host_.write({.path = "/var/lib/one/.ssh/config",
                             .text = "ServerAliveInterval 17\nHost *\n  StrictHostKeyChecking accept-new\n",
                             .mode = 0600,
                             .owner = "oneadmin"}));
    ASSERT_TRUE(join());
    for (const auto* host : {"one.example.com", "10.0.0.1"}) {
        EXPECT_EQ(option(host, "stricthostkeychecking"), "true") << host;
        EXPECT_EQ(option(host, "userknownhostsfile"), "/var/lib/one/.ssh/known_hosts.onenode") << host;
    }
    EXPECT_EQ(option("node2", "stricthostkeychecking"), "accept-new") << "other nodes are the package's business";
    EXPECT_EQ(option("node2", "serveraliveinterval"), "17") << "lines after our block still count for every host";
    EXPECT_EQ(option("one.example.com", "serveraliveinterval"), "17");
}

TEST_F(Ssh, RefusesAFrontendWithAnotherHostKey)
{
    const auto imposter = make_key(layers_ + "/imposter");
    const Sshd real{layers_ + "/host", layers_};
    desired_.frontend_addresses = {"127.0.0.1"};
    const auto to_it = [&] {
        return as_oneadmin({"ssh", "-o", "BatchMode=yes", "-p", std::to_string(real.port()), "127.0.0.1", "true"});
    };

    desired_.frontend_known_hosts = {fmt::format("[127.0.0.1]:{} {}", real.port(), imposter)};
    ASSERT_TRUE(join());
    EXPECT_NE(to_it()->err.find("Host key verification failed"), std::string::npos) << to_it()->err;

    desired_.frontend_known_hosts = {};
    ASSERT_TRUE(join());
    EXPECT_NE(to_it()->err.find("Host key verification failed"), std::string::npos)
        << "an unknown key is not accepted either: " << to_it()->err;
}

TEST_F(Ssh, AcceptsThePinnedFrontend)
{
    const Sshd real{layers_ + "/host", layers_};
    std::string line = desired_.frontend_known_hosts.at(0);
    desired_.frontend_known_hosts = {fmt::format("[127.0.0.1]:{}{}", real.port(), line.substr(line.find(' ')))};
    desired_.frontend_addresses = {"127.0.0.1"};
    ASSERT_TRUE(join());
    const auto tried =
        as_oneadmin({"ssh", "-o", "BatchMode=yes", "-p", std::to_string(real.port()), "127.0.0.1", "true"});
    EXPECT_NE(tried->err.find("Permission denied (publickey)"), std::string::npos)
        << "the host key passed, a key of oneadmin's own is missing: " << tried->err;
}

}  // namespace
}  // namespace onenode

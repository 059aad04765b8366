// What we write into ~oneadmin/.ssh, as the real ssh reads it.
#include "common/command.hpp"
#include "tests/integration/proofs/proof_fixture.hpp"

#include <sys/stat.h>

namespace {

const std::string config_file = std::string{stage::home} + "/.ssh/config";
const std::string pins_file = std::string{stage::home} + "/.ssh/known_hosts_onenode";

class SshTrust : public stage::ProofOnStage {
protected:
    static std::string effective(const std::string& host)
    {
        const auto output = one::run_command({.argv = {"ssh", "-G", host}, .user = "oneadmin"});
        return output ? output->out + output->err : to_line(output.error());
    }
    static struct stat info(const std::string& path)
    {
        struct stat found {};
        ::stat(path.c_str(), &found);
        return found;
    }
};

bool has(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_F(SshTrust, IsStrictForOurNodesByNameAndByAddress)
{
    trust_node();
    for (const auto* host : {stage::node_name, stage::node_address}) {
        const auto settings = effective(host);
        EXPECT_TRUE(has(settings, "stricthostkeychecking true")) << settings;
        EXPECT_TRUE(has(settings, "userknownhostsfile /mnt/home/.ssh/known_hosts_onenode")) << settings;
        EXPECT_TRUE(has(settings, "globalknownhostsfile /dev/null")) << settings;
    }
}

TEST_F(SshTrust, ChangesNothingForOtherHosts)
{
    stage::write(config_file, "ServerAliveInterval 10\nHost *\n  StrictHostKeyChecking accept-new\n");
    const auto before = effective("elsewhere");
    trust_node();
    EXPECT_EQ(effective("elsewhere"), before);
    EXPECT_TRUE(has(before, "stricthostkeychecking accept-new")) << before;
    EXPECT_TRUE(has(effective("elsewhere"), "serveraliveinterval 10"));
    EXPECT_TRUE(has(effective("node1"), "serveraliveinterval 10"));
}

TEST_F(SshTrust, KeepsEveryByteOfOthersAndGivesThemBack)
{
    const std::string theirs = "# mine\n\nHost  db\r\n\tUser x\nHost *\n  StrictHostKeyChecking accept-new";
    stage::write(config_file, theirs);
    trust_node();
    EXPECT_NE(stage::read(config_file), theirs);
    ASSERT_TRUE(onefrontend::write_ssh_trust(config, {}));
    EXPECT_EQ(stage::read(config_file), theirs);
    EXPECT_NE(::access(pins_file.c_str(), F_OK), 0);
}

TEST_F(SshTrust, BelongsToOneadminAlone)
{
    trust_node();
    for (const auto& path : {config_file, pins_file}) {
        EXPECT_EQ(info(path).st_uid, 9869U) << path;
        EXPECT_EQ(info(path).st_mode & 07777U, 0600U) << path;
    }
}

TEST_F(SshTrust, IsNotWrittenWhereItIsAlreadyThere)
{
    trust_node();
    const auto config_before = info(config_file).st_ino;
    const auto pins_before = info(pins_file).st_ino;
    trust_node();
    EXPECT_EQ(info(config_file).st_ino, config_before);
    EXPECT_EQ(info(pins_file).st_ino, pins_before);
}

TEST_F(SshTrust, MakesTheFolderWhereThereIsNone)
{
    stage::here("rm -rf /mnt/home/.ssh");
    ASSERT_TRUE(onefrontend::write_ssh_trust(config, {}));
    EXPECT_NE(::access("/mnt/home/.ssh", F_OK), 0);
    trust_node();
    EXPECT_EQ(info("/mnt/home/.ssh").st_uid, 9869U);
    EXPECT_EQ(info("/mnt/home/.ssh").st_mode & 07777U, 0700U);
}

TEST_F(SshTrust, FollowsNoLinkToWhatOneadminMayNotRead)
{
    stage::here("rm /mnt/home/.ssh/config; ln -s /etc/shadow /mnt/home/.ssh/config");
    const auto shadow = stage::read("/etc/shadow");
    EXPECT_FALSE(onefrontend::write_ssh_trust(config, {node}));
    EXPECT_EQ(stage::read("/etc/shadow"), shadow);
}

TEST_F(SshTrust, KeepsALinkOfOneadminsOwn)
{
    stage::here("mv /mnt/home/.ssh/config /mnt/home/kept; chown oneadmin: /mnt/home/kept; ln -s /mnt/home/kept "
                "/mnt/home/.ssh/config");
    trust_node();
    EXPECT_TRUE(S_ISREG(info("/mnt/home/kept").st_mode));
    EXPECT_NE(stage::read("/mnt/home/kept").find("# begin onefrontend"), std::string::npos);
}

TEST_F(SshTrust, NamesTheFileThatCannotBeWritten)
{
    stage::here("rm -rf /mnt/home/.ssh/config; mkdir /mnt/home/.ssh/config");
    const auto outcome = onefrontend::write_ssh_trust(config, {node});
    ASSERT_FALSE(outcome);
    EXPECT_NE(to_line(outcome.error()).find("/mnt/home/.ssh/config"), std::string::npos);
}

}  // namespace

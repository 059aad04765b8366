#include "frontend/proofs/host_sync.hpp"

#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using one::CommandOutput;

Finding after(int exit_code, std::string standard_error)
{
    const HostSync sync{.here = CommandOutput{},
                        .rsync = CommandOutput{.exit_code = exit_code, .err = std::move(standard_error)}};
    return judge_sync(sync, Config{}, "node1");
}

TEST(HostSync, IsFineWhereRsyncSaysSo)
{
    EXPECT_EQ(after(0, "").severity, "ok");
}

TEST(HostSync, TellsOnWhichSideRsyncIsMissing)
{
    const auto there =
        after(127, "bash: line 1: rsync: command not found\nrsync: connection unexpectedly closed (0 bytes received so "
                   "far) [sender]\nrsync error: remote command not found (code 127) at io.c(232)\n");
    EXPECT_TRUE(says(there, "rsync is not installed on the node"));
    const HostSync here{
        .here = CommandOutput{},
        .rsync = one::fail({.kind = one::ErrorKind::not_found, .thing = "rsync", .reason = "no such program"})};
    EXPECT_NE(judge_sync(here, Config{}, "node1").fix.find("on the front-end: apt install rsync"), std::string::npos);
}

TEST(HostSync, CallsAPrintingShellByItsName)
{
    EXPECT_TRUE(says(
        after(2, "protocol version mismatch -- is your shell clean?\n(see the rsync manpage for an explanation)\n"),
        "login shell prints"));
}

TEST(HostSync, NamesTheFullDiskAndTheFile)
{
    const auto finding =
        after(11, "rsync: [receiver] write failed on \"/var/tmp/one/big\": No space left on device (28)\n"
                  "rsync error: error in file IO (code 11) at receiver.c(382) [receiver=3.2.7]\n");
    EXPECT_TRUE(says(finding, "on the node: the disk below /var/tmp/one is full"));
    EXPECT_TRUE(says(finding, "write failed on \"/var/tmp/one/big\""));
}

TEST(HostSync, TellsWhoMayNotReadFromWhoMayNotWrite)
{
    EXPECT_TRUE(says(
        after(23, "rsync: [sender] send_files failed to open \"/var/lib/one/remotes/x\": Permission denied (13)\n"),
        "on the front-end"));
    EXPECT_TRUE(says(after(23, "rsync: [receiver] mkstemp \"/var/tmp/one/.x.aaa\" failed: Permission denied (13)\n"),
                     "on the node"));
}

TEST(HostSync, NamesALinkThatLeadsNowhere)
{
    EXPECT_NE(
        after(23, "symlink has no referent: \"/var/lib/one/remotes/x\"\n").fix.find("find -L /var/lib/one/remotes"),
        std::string::npos);
}

TEST(HostSync, ExplainsWhatSshSays)
{
    EXPECT_TRUE(
        says(after(255, "oneadmin@node1: Permission denied (publickey).\r\nrsync: connection unexpectedly closed\n"),
             "refused oneadmin's key"));
}

TEST(HostSync, GivesTheCommandWhereItKnowsNoCause)
{
    EXPECT_NE(after(99, "something new\n").fix.find("rsync -LRaz --delete . node1:/var/tmp/one/"), std::string::npos);
}

TEST(HostSync, NamesTheFolderThatOpenNebulaMakesOnTheFrontEnd)
{
    const HostSync sync{.here =
                            CommandOutput{.exit_code = 1, .err = "mkdir: cannot create directory: Not a directory"}};
    EXPECT_TRUE(says(judge_sync(sync, Config{}, "node1"), "on the front-end"));
}

}  // namespace
}  // namespace onefrontend

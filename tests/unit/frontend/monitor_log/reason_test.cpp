// Lines as a real onemonitord 7.4.0 wrote them.
#include "frontend/proofs/monitor_log.hpp"

#include <gtest/gtest.h>

namespace {

using onefrontend::reason_for_host_in;

constexpr std::string_view failed_sync =
    "Sat Nov 21 08:36:53 2026 [Z0][HMM][D]: Monitoring host no-such-host.invalid(0)\n"
    "Sat Nov 21 08:36:54 2026 [Z0][MDP][I]: Command execution failed (exit code: 255): exec 2>/dev/null; cd "
    "'/var/lib/one/remotes'/ && rsync -LRaz --delete . 'no-such-host.invalid':'/var/tmp/one'/\n"
    "Sat Nov 21 08:36:54 2026 [Z0][MDP][I]: Received UNDEFINED msg: \n\n"
    "Sat Nov 21 08:36:54 2026 [Z0][MDP][W]: Start monitor failed for host 0: Could not update remotes\n"
    "Sat Nov 21 08:36:54 2026 [Z0][HMM][E]: Unable to monitor host id: 0\n"
    "Sat Nov 21 08:36:54 2026 [Z0][HMM][D]: Updated Host 0, state ERROR\n";

constexpr std::string_view failed_probe =
    "Sat Nov 21 08:37:54 2026 [Z0][HMM][E]: Unable to monitor host id: 3\n"
    "Sat Nov 21 08:37:54 2026 [Z0][MDP][W]: Error parsing start message for host 3: "
    "<MONITOR_MESSAGES><SYSTEM_HOST>Error "
    "executing memory_encryption.rb: /usr/lib/ruby/3.1.0/open3.rb:222:in `spawn': No such file or directory - virsh "
    "(Errno::ENOENT)\n\tfrom /usr/lib/ruby/3.1.0/open3.rb:222:in `popen_run'\n</SYSTEM_HOST>\n"
    "Sat Nov 21 08:37:55 2026 [Z0][HMM][D]: Updated Host 3, state ERROR\n";

TEST(HostReason, SaysWhatCouldNotUpdateRemotesMeans)
{
    EXPECT_EQ(reason_for_host_in(failed_sync, 0),
              "Could not update remotes (the SSH login to the host's name, its mkdir or the rsync failed)");
}

TEST(HostReason, NamesTheProbeAndItsErrorWithoutXml)
{
    EXPECT_EQ(
        reason_for_host_in(failed_probe, 3),
        "Error executing memory_encryption.rb: /usr/lib/ruby/3.1.0/open3.rb:222:in `spawn': No such file or directory "
        "- virsh (Errno::ENOENT) from /usr/lib/ruby/3.1.0/open3.rb:222:in `popen_run'");
}

TEST(HostReason, ExplainsTheProbeThatSaysNothing)
{
    EXPECT_EQ(reason_for_host_in(
                  "Sat Nov 21 08:37:54 2026 [Z0][MDP][W]: Error parsing start message for host 3: "
                  "<MONITOR_MESSAGES><SYSTEM_HOST>ARCH=x86_64\nError executing machines_models.rb: </SYSTEM_HOST>\n",
                  3),
              "Error executing machines_models.rb (virsh as oneadmin cannot reach qemu:///system on the node)");
}

TEST(HostReason, ReadsEverySayingThatLeadsToError)
{
    const std::string stamp = "Sat Nov 21 08:37:54 2026 [Z0][MDP][W]: ";
    EXPECT_EQ(reason_for_host_in(stamp + "Error condition detected on beacon for host 7: date: boom\n", 7),
              "date: boom");
    EXPECT_EQ(reason_for_host_in(stamp + "Failed to monitor host 7: linux_usage\n", 7), "linux_usage");
    EXPECT_EQ(reason_for_host_in(stamp + "Failed to get system information for host 7: x", 7), "x");
    EXPECT_EQ(reason_for_host_in(
                  stamp + "Error parsing monitoring template for host 7\nMessage: A=\nError: syntax error\n", 7),
              "Message: A= Error: syntax error");
    EXPECT_EQ(reason_for_host_in(stamp + "Start monitor failed for host 7: \n", 7), "onemonitord gave no reason");
}

TEST(HostReason, TakesTheNewest)
{
    const std::string log = std::string{failed_probe} +
                            "Sat Nov 21 08:40:54 2026 [Z0][MDP][W]: Start monitor failed for host 3: newer\n" +
                            std::string{failed_sync};
    EXPECT_EQ(reason_for_host_in(log, 3), "newer");
}

TEST(HostReason, DoesNotMistakeAnotherHost)
{
    const std::string_view log = "Sat Nov 21 08:37:54 2026 [Z0][MDP][W]: Start monitor failed for host 33: theirs\n";
    EXPECT_EQ(reason_for_host_in(log, 3), "");
    EXPECT_EQ(reason_for_host_in(log, 333), "");
}

TEST(HostReason, IsEmptyWhereTheLogHasNone)
{
    EXPECT_EQ(reason_for_host_in("", 3), "");
    EXPECT_EQ(reason_for_host_in("\n\n\n", 3), "");
    EXPECT_EQ(reason_for_host_in("Start monitor failed for host 3: without a stamp\n", 3), "");
    EXPECT_EQ(reason_for_host_in("Sat Nov 21 08:37:54 2026 [Z0][HMM][I]: Successfully monitored host: 3\n", 3), "");
}

TEST(HostReason, IsShortAndPrintable)
{
    const std::string reason = reason_for_host_in(
        "Sat Nov 21 08:37:54 2026 [Z0][MDP][W]: Failed to monitor host 3: \x1b[31m" + std::string(5000, 'x') + "\n", 3);
    EXPECT_LE(reason.size(), 400U);
    EXPECT_EQ(reason.find('\x1b'), std::string::npos);
}

}  // namespace

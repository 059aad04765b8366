#include "common/probes/script.hpp"

#include <gtest/gtest.h>

namespace one::probes {
namespace {

using namespace std::chrono_literals;

TEST(ProbeRuns, AreReadFromTheScriptsLines)
{
    const auto found = parse(
        "motd\nonenode-probe:host/system 255 12 pci.rb no lspci here\nonenode-probe:host/system 0 110 linux_host.rb \n"
        "onenode-probe:done\n");
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(found.runs, (std::vector<probes::Run>{{"host/system", "pci.rb", 255, 120ms, "no lspci here"},
                                                    {"host/system", "linux_host.rb", 0, 1100ms, ""}}));
}

TEST(ProbeRuns, StandInTheOrderInWhichOpenNebulaComesToThem)
{
    const auto found = parse("onenode-probe:vm/monitor 0 1 poll.rb \nonenode-probe:vm/status 0 1 state.rb \n"
                             "onenode-probe:host/monitor 0 1 linux_usage.rb \nonenode-probe:host/system 0 1 cpu.sh \n");
    std::vector<std::string> files;
    for (const auto& run : found.runs)
        files.push_back(run.file);
    EXPECT_EQ(files, (std::vector<std::string>{"cpu.sh", "linux_usage.rb", "state.rb", "poll.rb"}));
}

TEST(ProbeRuns, AreIncompleteWithoutTheLastLine)
{
    EXPECT_FALSE(parse("onenode-probe:host/system 0 1 name.sh \nonenode-probe:host/sys").complete);
    EXPECT_TRUE(parse("onenode-probe:\nonenode-probe:a b c d\nonenode-probe:host/system x 1 y z\n"
                      "onenode-probe:host/system 0 y z\nonenode-probe:vm/execution 0 1 exec.rb \n")
                    .runs.empty());
}

}  // namespace
}  // namespace one::probes

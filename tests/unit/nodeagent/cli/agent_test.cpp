// How the agent's process ends.
#include "tests/unit/nodeagent/cli/stage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <future>

namespace onenode::cli {
namespace {

Stage* stage_of_child = nullptr;  // a check is a plain function

/// As a stat on a file system whose server is dead.
std::vector<Finding> hang(const Facts&, const HostView&, const CheckContext&)
{
    stage_of_child->stop_soon();
    std::promise<void> server_is_back;
    server_is_back.get_future().wait();
    return {};
}

constexpr Check hanging{"hanging", "it ends", hang, false};
constexpr std::array hanging_checks{&hanging};

void run_until_told_to_stop()
{
    Stage stage;
    stage_of_child = &stage;
    if (stage.join().exit != Exit::ok) ::_exit(90);
    Terminal terminal{{}, Color::no, stdout, stderr};
    World world{.host = &stage.host,
                .terminal = &terminal,
                .network = &stage.network,
                .steps = stage.steps,
                .preflight = hanging_checks};
    agent({.metrics_file = {}}, world);
    ::_exit(91);
}

TEST(AgentVerb, EndsWithoutACheckThatHangs)  // ten seconds: so long it waits for it
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(run_until_told_to_stop(), testing::ExitedWithCode(0), "a check or a change did not end");
}

}  // namespace
}  // namespace onenode::cli

// The history of a machine whose agent, its workers and a doctor --fix write at the same moment.
#include "nodeagent/core/history.hpp"
#include "tests/integration/host/scratch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

namespace onenode {
namespace {

using History = OnScratch;
constexpr const char* state = "/var/lib/onenode";
constexpr int lines_of_each = 10;

// Whether every line was written, by two threads at a time.
bool write_lines(RealHost& host)
{
    std::array<bool, 2> done{};
    const auto write = [&host](bool& all) {
        all = true;
        for (int i = 0; i < lines_of_each; ++i)
            all = remember(host, state, {.kind = deeds::repaired, .sentence = "of now"}).has_value() && all;
    };
    std::thread other{[&] { write(done[1]); }};
    write(done[0]);
    other.join();
    return done[0] && done[1];
}

TEST_F(History, LosesNoLineOfSeveralThatWriteWhileItTurnsOver)
{
    directory("/var/lib/onenode", 0, 0700);
    std::string large;
    while (large.size() <= 256 * 1024)
        large += R"({"time":"2026-09-21T14:13:20Z","kind":"applied","sentence":"of then"})"
                 "\n";
    for (int round = 0; round < 5; ++round) {
        ASSERT_TRUE(forget_history(host_, state));
        file("/var/lib/onenode/history", large, 0, 0600);
        const pid_t other = ::fork();
        if (other == 0) ::_exit(write_lines(host_) ? 0 : 1);
        EXPECT_TRUE(write_lines(host_));
        int status = 0;
        ASSERT_EQ(::waitpid(other, &status, 0), other);
        EXPECT_EQ(status, 0);

        EXPECT_TRUE(damaged_history(host_, state)->empty());
        const auto deeds = recall(host_, state).value();
        EXPECT_EQ(std::ranges::count(deeds, std::string{"of now"}, &Deed::sentence), 4 * lines_of_each);
        EXPECT_EQ(names_in(state), (std::vector<std::string>{"history", "history.1"}));
    }
}

}  // namespace
}  // namespace onenode

// SIGKILL at any instant: a file is the old one or the new one, a journal is whole but for its last line.
#include "tests/integration/host/scratch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>

namespace onenode {
namespace {

constexpr int rounds = 40;
constexpr std::size_t size = 300'000;  // many system calls a write, so that kills fall inside one

class Kill : public OnScratch {
protected:
    // Runs `turn` in a child again and again and kills it while it works on a turn after `turns` ones.
    template <class Turn>
    static void kill_after(unsigned turns, const Turn& turn)
    {
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            for (unsigned number = 0;; ++number) {
                if (!turn(number)) ::_exit(1);
                if (::write(pipe[1], "x", 1) != 1) ::_exit(1);
            }
        }
        ::close(pipe[1]);
        char done = 0;
        for (unsigned number = 0; number < turns; ++number)
            ASSERT_EQ(::read(pipe[0], &done, 1), 1);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(pipe[0]);
    }
};

TEST_F(Kill, LeavesTheOldTextOrTheNewOne)
{
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    std::uniform_int_distribution<unsigned> turns{1, 5};
    for (int round = 0; round < rounds; ++round) {
        kill_after(turns(random), [&](unsigned number) {
            const char letter = number % 2 == 0 ? 'a' : 'b';
            return host_
                .write({.path = "/var/lib/one/x", .text = std::string(size, letter), .mode = 0600, .owner = "oneadmin"})
                .has_value();
        });
        const auto now = text("/var/lib/one/x");
        ASSERT_TRUE(now == std::string(size, 'a') || now == std::string(size, 'b')) << now.size();
        EXPECT_EQ(host_.stat("/var/lib/one/x")->uid, oneadmin);
        EXPECT_EQ(host_.stat("/var/lib/one/x")->mode, 0600U);
        ASSERT_TRUE(host_.tidy("/var/lib/one/x"));
        ASSERT_EQ(names_in("/var/lib/one"), std::vector<std::string>{"x"});
    }
}

TEST_F(Kill, CutsAtMostTheLastLineOfAJournal)
{
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random{seed};
    std::uniform_int_distribution<unsigned> turns{1, 5};
    const std::string line = std::string(5000, 'l') + '\n';
    for (int round = 0; round < rounds; ++round) {
        ASSERT_TRUE(host_.remove("/var/lib/journal"));
        const unsigned made = turns(random);
        kill_after(made, [&](unsigned) { return host_.append("/var/lib/journal", line).has_value(); });
        auto now = text("/var/lib/journal");
        ASSERT_GE(now.size(), made * line.size()) << "what append reported as done is there";
        for (; now.size() >= line.size(); now.erase(0, line.size()))
            ASSERT_EQ(now.substr(0, line.size()), line);
        EXPECT_EQ(now, line.substr(0, now.size()));
    }
}

}  // namespace
}  // namespace onenode

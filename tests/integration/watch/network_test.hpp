// An eye on a network namespace of the test's own, and commands that change what is in it.
#pragma once

#include "nodeagent/host/real_host.hpp"
#include "tests/integration/watch/seen.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

namespace onenode {

template <class Kind>
class NetworkTest : public testing::Test {
protected:
    void SetUp() override
    {
        static const bool alone = ::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0;
        if (!alone) GTEST_SKIP() << "a network namespace of its own needs root";
        run({.argv = {"ip", "link", "set", "lo", "up"}});
        eye = *Kind::open(loop.get_executor());
    }
    void run(const Command& command)
    {
        const auto done = host.run(command);
        ASSERT_TRUE(done && done->ok()) << (done ? done->err : one::to_text(done.error()));
    }
    void expect_seen(const std::string& what)
    {
        EXPECT_EQ(seen(loop, *eye), Woken::changed) << what;
        while (seen_at_once(loop, *eye) == Woken::changed) {
        }
    }

    RealHost host{};
    one::asio::io_context loop{1};
    std::unique_ptr<Kind> eye{};
};

}  // namespace onenode

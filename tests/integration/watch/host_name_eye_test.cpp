// A host name that changes, in a namespace of the test's own.
#include "nodeagent/watch/host_name_eye.hpp"

#include "tests/integration/watch/seen.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <string_view>

namespace onenode {
namespace {

class HostNameTest : public testing::Test {
protected:
    void SetUp() override
    {
        static const bool alone = ::geteuid() == 0 && ::unshare(CLONE_NEWUTS) == 0;
        if (!alone) GTEST_SKIP() << "a host name of its own needs root";
        rename("before");
        eye = *HostNameEye::open(loop.get_executor());
    }
    static void rename(std::string_view name) { ASSERT_EQ(::sethostname(name.data(), name.size()), 0); }

    one::asio::io_context loop{1};
    std::unique_ptr<HostNameEye> eye{};
};

TEST_F(HostNameTest, IsSeenToChange)
{
    rename("kvm8");
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed) << "once";
    rename("kvm9");
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
}

TEST_F(HostNameTest, SleepsWhileNothingHappens)
{
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

}  // namespace
}  // namespace onenode

// oneadmin-locked, oneadmin-expired
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

constexpr int day = 20'000;  // 2024-10-04

FakeHost with_shadow(const std::string& line)
{
    auto host = healthy_node();
    host.with_file("/etc/shadow", line + "\n")
        .at(std::chrono::system_clock::time_point{std::chrono::hours{24 * day + 1}});
    return host;
}

TEST(OneadminLocked, DoesNotMindALockedPasswordWhereSshdUsesPam)
{
    EXPECT_TRUE(oneadmin_locked.run(healthy_facts(), with_shadow("oneadmin:!:19000::::::"), {}).empty());
}

TEST(OneadminLocked, FindsALockedPasswordWhereSshdDoesWithoutPam)
{
    const auto host = with_sshd(with_shadow("oneadmin:!*:19000::::::"), {{"usepam", "no"}});
    EXPECT_EQ(only(oneadmin_locked.run(healthy_facts(), host, {})).fix, "usermod --password '*' oneadmin");
}

TEST(OneadminLocked, DoesNotMindAnAccountWithoutAPassword)
{
    const auto host = with_sshd(with_shadow("oneadmin:*:19000::::::"), {{"usepam", "no"}});
    EXPECT_TRUE(oneadmin_locked.run(healthy_facts(), host, {}).empty());
}

TEST(OneadminExpired, NamesTheDayOnWhichTheAccountExpired)
{
    const auto finding = only(oneadmin_expired.run(healthy_facts(), with_shadow("oneadmin:*:19000:::::20000:"), {}));
    EXPECT_EQ(finding.message, "oneadmin's account expired on 2024-10-04");
    EXPECT_EQ(finding.fix, "chage --expiredate -1 oneadmin");
}

TEST(OneadminExpired, IsContentTheDayBefore)
{
    EXPECT_TRUE(oneadmin_expired.run(healthy_facts(), with_shadow("oneadmin:*:19000:::::20001:"), {}).empty());
}

TEST(OneadminExpired, FindsAPasswordThatMustBeChangedAtTheNextLogin)
{
    EXPECT_EQ(oneadmin_expired.run(healthy_facts(), with_shadow("oneadmin:*:0::::::"), {}).size(), 1U);
    EXPECT_EQ(oneadmin_expired.run(healthy_facts(), with_shadow("oneadmin:*:19900:0:99:7:::"), {}).size(), 1U);
    EXPECT_TRUE(oneadmin_expired.run(healthy_facts(), with_shadow("oneadmin:*:19901:0:99:7:::"), {}).empty());
}

TEST(OneadminExpired, TakesNoOffenceAtLinesThatAreCut)
{
    for (const auto* line : {"oneadmin", "oneadmin:*", "oneadmin:*:x:y:z:::x:", ":::::::::", ""})
        EXPECT_TRUE(oneadmin_expired.run(healthy_facts(), with_shadow(line), {}).empty()) << line;
}

}  // namespace
}  // namespace onenode::checks

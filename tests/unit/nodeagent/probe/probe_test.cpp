// The helper's answers, and the child that may hang.
#include "nodeagent/probe/answer.hpp"
#include "nodeagent/probe/in_child.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace onenode::probe {
namespace {

using std::chrono::milliseconds;

TEST(ProbeAnswer, IsOneJsonObjectOnOneLine)
{
    const auto text = to_json(LibvirtAnswer{.uuid = "u", .domain_types = {"qemu", "kvm"}, .domains = {"one-1"}});
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json.at("problem"), "");
    EXPECT_EQ(json.at("domain_types"), (std::vector<std::string>{"qemu", "kvm"}));
    EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(ProbeAnswer, SurvivesADomainNameThatIsNoUtf8)
{
    const auto json = nlohmann::json::parse(to_json(LibvirtAnswer{.domains = {"one-\xff"}}));
    EXPECT_EQ(json.at("domains").size(), 1U);
}

TEST(InChild, BringsTheTextBack)
{
    EXPECT_EQ(in_child({}, milliseconds{5000}, [] { return std::string(100'000, 'x'); }).text, std::string(100'000, 'x'));
}

TEST(InChild, KillsALookThatHangs)
{
    const auto answer = in_child({}, milliseconds{20}, [] {
        ::pause();
        return std::string{"never"};
    });
    EXPECT_FALSE(answer.text);
    EXPECT_FALSE(answer.in_time);
}

TEST(InChild, TellsALookThatDiedFromOneThatHangs)
{
    const auto answer = in_child({}, milliseconds{5000}, []() -> std::string { ::_exit(1); });
    EXPECT_FALSE(answer.text);
    EXPECT_TRUE(answer.in_time);
}

TEST(InChild, DoesNotLookAsAUserWhoDoesNotExist)
{
    const auto answer = in_child("no-such-user", milliseconds{5000}, [] { return std::string{"looked"}; });
    EXPECT_FALSE(answer.text);
    EXPECT_TRUE(answer.in_time);
}

}  // namespace
}  // namespace onenode::probe

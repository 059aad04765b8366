#include "frontend/proofs/name_here.hpp"

#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using Addresses = std::vector<std::string>;

TEST(NameHere, SaysNothingWhereTheNameLeadsToTheNode)
{
    EXPECT_TRUE(judge_name("node1", Addresses{"10.0.0.5"}, {"fd00::5", "10.0.0.5"}).empty());
}

TEST(NameHere, ComparesAddressesNotTheirSpelling)
{
    EXPECT_TRUE(judge_name("node1", Addresses{"fd00::5"}, {"FD00:0:0::0005"}).empty());
}

TEST(NameHere, NamesWhereAForeignNameLeads)
{
    const auto finding = find(judge_name("node1", Addresses{"10.9.9.9"}, {"10.0.0.5"}), "host-name-elsewhere");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_TRUE(says(finding, "10.9.9.9"));
    EXPECT_TRUE(says(finding, "10.0.0.5"));
}

TEST(NameHere, WarnsWhereOnlyOneOfItsAddressesIsTheNodes)
{
    const auto finding =
        find(judge_name("node1", Addresses{"10.0.0.5", "10.9.9.9"}, {"10.0.0.5"}), "host-name-elsewhere");
    EXPECT_EQ(finding.severity, "warning");
}

TEST(NameHere, ProposesTheAddressWhereTheNameIsUnknown)
{
    const auto finding = find(judge_name("node1", Addresses{}, {"10.0.0.5"}), "host-name-unknown");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_NE(finding.fix.find("--name ADDRESS"), std::string::npos);
}

TEST(NameHere, TellsASilentResolverFromAnUnknownName)
{
    const one::Result<Addresses> silent = one::fail({.kind = one::ErrorKind::timeout});
    EXPECT_TRUE(says(find(judge_name("node1", silent, {}), "host-name-unknown"), "gave no answer"));
}

TEST(NameHere, AsksNobodyAboutWhatIsNoName)
{
    EXPECT_FALSE(resolve_here("--help"));
    EXPECT_FALSE(resolve_here("a b"));
}

TEST(NameHere, ResolvesAnAddressToItself)
{
    EXPECT_EQ(*resolve_here("192.0.2.7"), Addresses{"192.0.2.7"});
}

}  // namespace
}  // namespace onefrontend

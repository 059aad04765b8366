// os-release as distributions write it, and what is made of it: the family, the words for the front-end.
#include "nodeagent/core/os_release.hpp"

#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/gather.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

FakeHost saying(const std::string& text)
{
    FakeHost host;
    host.with_file("/etc/os-release", text);
    return host;
}

TEST(OsRelease, ReadsValuesInQuotesOfEitherKindAndInNone)
{
    const OsRelease rocky{.id = "rocky", .families = {"rhel", "centos", "fedora"}, .version = "10.1"};
    EXPECT_EQ(os_release(saying("ID=\"rocky\"\nVERSION_ID='10.1'\nID_LIKE=\"rhel centos fedora\"\n")), rocky);
    EXPECT_EQ(os_release(saying("NAME=x\nID=debian \nVERSION_ID=13\r\n")), (OsRelease{"debian", {}, "13"}));
}

TEST(OsRelease, TakesNoOtherNameForOneOfTheseAndTheLastOfTwo)
{
    EXPECT_EQ(os_release(saying("VARIANT_ID=server\nID_LIKE=debian\nPLATFORM_ID=\"platform:el10\"\n# ID=x\n")),
              (OsRelease{{}, {"debian"}, {}}));
    EXPECT_EQ(os_release(saying("ID=old\nID=new\n")).id, "new");
    EXPECT_EQ(os_release(saying("ID=\"\nVERSION_ID=\n")), (OsRelease{"\"", {}, {}}));
}

TEST(OsRelease, IsLookedForWhereTheDistributionPutItToo)
{
    EXPECT_EQ(os_release(FakeHost{}), OsRelease{});
    FakeHost host;
    host.with_file("/usr/lib/os-release", "ID=debian\n");
    EXPECT_EQ(os_release(host).id, "debian");
    host.with_file("/etc/os-release", "ID=ubuntu\n");
    EXPECT_EQ(os_release(host).id, "ubuntu");
}

TEST(OsRelease, GivesTheFamilyOfADerivedDistributionItsOwnNameFirst)
{
    EXPECT_EQ(family_of(saying("ID_LIKE=\"suse\"\nID=\"debian\"\n")), Family::debian);
    EXPECT_EQ(family_of(saying("ID=\"rocky\"\nID_LIKE='rhel centos'\n")), Family::redhat);
    EXPECT_EQ(family_of(saying("ID=nixos\n")), Family::other);
    EXPECT_EQ(gather_identity(saying("ID=\"rocky\"\nVERSION_ID='10.1'\n")).os, "rocky 10.1");
    EXPECT_EQ(gather_identity(saying("ID=arch\n")).os, "arch");
}

}  // namespace
}  // namespace onenode

// What may stand in a repository that the front-end names: never more than an address, a suite, a component and a key.
#include "common/wire/repository.hpp"

#include "tests/unit/support/signing_key.hpp"

#include <gtest/gtest.h>

namespace one::wire {
namespace {

Repository good()
{
    return {.apt = "https://downloads.opennebula.io/repo/7.4/{distribution}/{version}",
            .dnf = "https://downloads.opennebula.io/repo/7.4/{distribution}/{version}/$basearch",
            .suite = "stable",
            .component = "opennebula",
            .key = std::string{test::signing_key}};
}

std::string refusal(const Repository& repository)
{
    const auto usable = must_be_usable(repository);
    return usable ? "" : usable.error().thing + ": " + usable.error().reason;
}

TEST(Repository, IsUsableAsOpenNebulaHasItAndAsMirrorsDo)
{
    EXPECT_EQ(refusal(good()), "");
    auto mirror = good();
    mirror.apt = "http://[fd00::1]:8080/~one/{release}/";
    mirror.suite = "./";
    mirror.component = "";
    EXPECT_EQ(refusal(mirror), "");
    EXPECT_EQ(refusal({}), "") << "there is none";
}

TEST(Repository, HoldsNothingThatAddsALineOrAnOption)
{
    for (const std::string_view more :
         {"\nTrusted: yes", " [trusted=yes]", "\"", "#", ";reboot", "\\", "`id`", "$(id)", "\t"}) {
        auto one = good();
        one.apt += more;
        EXPECT_NE(refusal(one).find("packages_apt: "), std::string::npos) << more;
        one = good();
        one.dnf += more;
        EXPECT_NE(refusal(one).find("packages_dnf: "), std::string::npos) << more;
        one = good();
        one.suite += more;
        EXPECT_NE(refusal(one).find("packages_suite: "), std::string::npos) << more;
        one = good();
        one.component += std::string{more} + "\n";
        EXPECT_NE(refusal(one).find("packages_component: "), std::string::npos) << more;
    }
}

TEST(Repository, IsFetchedByHttpAloneAndWithoutAPassword)
{
    for (const auto* address : {"file:/srv", "ftp://one", "downloads.opennebula.io", "cdrom:[x]/", "copy:/etc"}) {
        auto one = good();
        one.apt = address;
        EXPECT_NE(refusal(one).find("does not begin with https:// or http://"), std::string::npos) << address;
    }
    auto one = good();
    one.apt = "https://customer:hunter2@enterprise.opennebula.io/repo/";
    EXPECT_NE(refusal(one).find("a user name or password stands in it"), std::string::npos);
    EXPECT_EQ(refusal(one).find("hunter2"), std::string::npos);
}

TEST(Repository, IsAtAHost)
{
    for (const auto* address : {"http:///x", "https://", "https:///", "http://:80/x", "http://one:/x", "http://one:0/x",
                                "http://one:port/x", "http://-one/x", "http://./x", "http://[fd00::1/x", "http://[]/x",
                                "http://[one]/x", "http://[fd00::1]x/", "http://fd00::1/x", "http://[::1]:70000/"}) {
        auto one = good();
        one.apt = address;
        EXPECT_NE(refusal(one).find("names no host, or a port that is none"), std::string::npos) << address;
        one = good();
        one.dnf = address;
        EXPECT_NE(refusal(one).find("packages_dnf: "), std::string::npos) << address;
    }
    for (const auto* address : {"http://one", "http://10.0.0.1:3142/x", "https://mirror-1.example.com/"}) {
        auto one = good();
        one.apt = address;
        EXPECT_EQ(refusal(one), "") << address;
    }
    auto one = good();
    one.apt = "https://mirror example.com/";
    EXPECT_NE(refusal(one).find("holds what does not belong into such an address"), std::string::npos);
}

TEST(Repository, KnowsItsPlaceholders)
{
    auto one = good();
    one.apt = "https://mirror/{relase}/";
    EXPECT_NE(refusal(one).find("{relase} is not known"), std::string::npos) << refusal(one);
    EXPECT_EQ(filled("{release}/{distribution}/{version}/{release}", "7.4", "Debian", ""), "7.4/Debian/{version}/7.4");
}

TEST(Repository, HasAKeyWhereverItHasAnAddress)
{
    auto one = good();
    one.key = "";
    EXPECT_EQ(refusal(one), "packages_key: it is empty");
    EXPECT_TRUE(must_be_plain(one)) << "the front-end reads the key later";
}

TEST(Repository, HasAComponentUnlessItsSuiteIsAFolder)
{
    auto one = good();
    one.component = "";
    EXPECT_NE(refusal(one).find("packages_component: it is missing"), std::string::npos);
    one = good();
    one.suite = "./";
    EXPECT_NE(refusal(one).find("packages_component: a suite that ends with / has none"), std::string::npos);
    one.apt = "";
    EXPECT_EQ(refusal(one), "") << "dnf knows neither";
}

TEST(Repository, IsOfARelease)
{
    EXPECT_EQ(release_of("7.4.0"), "7.4");
    EXPECT_EQ(release_of("6.10.0.1-1"), "6.10");
    EXPECT_EQ(release_of("7"), "7");
}

}  // namespace
}  // namespace one::wire

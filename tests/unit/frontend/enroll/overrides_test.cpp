#include "frontend/enroll/overrides.hpp"

#include "tests/unit/support/signing_key.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

const one::wire::Repository repository{.apt = "https://one.example.com/{release}",
                                       .suite = "stable",
                                       .component = "opennebula",
                                       .key = std::string{one::test::signing_key}};

FoundOverrides found(const oned::OwnAttributes& of_host, const oned::OwnAttributes& of_cluster,
                     const one::wire::Repository& usual = repository)
{
    return find_overrides({{.id = 7, .name = "kvm1", .cluster_id = 100, .own_attributes = of_host}},
                          {{.id = 0, .name = "default"}, {.id = 100, .name = "edge", .own_attributes = of_cluster}},
                          usual);
}

Node node(int host, int cluster)
{
    Node made;
    made.host_id = host;
    made.cluster_id = cluster;
    return made;
}

TEST(Overrides, AreNoneWhereNobodySaysAnything)
{
    const auto none = found({}, {});
    EXPECT_EQ(none.overrides, Overrides{});
    EXPECT_EQ(override_of(node(7, 100), none.overrides), nullptr);
}

TEST(Overrides, OfAHostStandBeforeItsClusters)
{
    const auto [overrides, mistakes] = found({{"ONENODE_PACKAGES_APT", "http://rack1.example.com"}},
                                             {{"ONENODE_PACKAGES_APT", "http://edge.example.com"},
                                              {"ONENODE_FRONTEND_ADDRESSES", "192.0.2.1, 2001:db8::1"}});
    EXPECT_TRUE(mistakes.empty());
    const Override of_cluster{.packages_apt = "http://edge.example.com",
                              .frontend_addresses = {"192.0.2.1", "2001:db8::1"}};
    auto of_host = of_cluster;
    of_host.packages_apt = "http://rack1.example.com";
    ASSERT_NE(override_of(node(7, 100), overrides), nullptr);
    EXPECT_EQ(*override_of(node(7, 100), overrides), of_host);
    EXPECT_EQ(*override_of(node(-1, 100), overrides), of_cluster) << "a machine that is about to join";
    EXPECT_EQ(override_of(node(-1, 0), overrides), nullptr);
}

TEST(Overrides, OfAHostAreThoseOfTheClusterItIsInNow)
{
    const auto edge = found({}, {{"ONENODE_FRONTEND_ADDRESSES", "192.0.2.1"}}).overrides;
    EXPECT_NE(override_of(node(7, 0), edge), nullptr) << "it joined another, and was moved";
}

TEST(Overrides, ThatCannotBeUsedAreNamedAndLeftOut)
{
    struct Case {
        oned::OwnAttributes attributes;
        std::string said;
    };
    for (const auto& [attributes, said] : std::vector<Case>{
             {{{"ONENODE_FRONTEND_ADDRESSES", "192.0.2.1,frontend"}},
              "cannot use ONENODE_FRONTEND_ADDRESSES of cluster edge: \"frontend\" is no IP address"},
             {{{"ONENODE_FRONTEND_ADDRESSES", " , "}},
              "cannot use ONENODE_FRONTEND_ADDRESSES of cluster edge: it names no address"},
             {{{"ONENODE_PACKAGES_APT", "file:///etc"}}, "cannot use ONENODE_PACKAGES_APT of cluster edge: "},
             {{{"ONENODE_PACKAGES", "x"}}, "cannot use ONENODE_PACKAGES of cluster edge: nothing has this name"}}) {
        const auto [overrides, mistakes] = found({}, attributes);
        EXPECT_EQ(override_of(node(7, 100), overrides), nullptr) << said;
        ASSERT_EQ(mistakes.size(), 1U) << said;
        EXPECT_EQ(one::to_line(mistakes[0]).find(said), 0U) << one::to_line(mistakes[0]);
        EXPECT_EQ(mistakes[0].next, "change it: onecluster update edge");
    }
    const auto keyless = found({{"ONENODE_PACKAGES_APT", "http://rack1.example.com"}}, {}, {});
    ASSERT_EQ(keyless.mistakes.size(), 1U);
    EXPECT_NE(one::to_line(keyless.mistakes[0]).find("has no key for packages"), std::string::npos);
}

}  // namespace
}  // namespace onefrontend

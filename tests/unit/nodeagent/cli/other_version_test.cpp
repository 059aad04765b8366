// A journal or a state that another version of onenode wrote: every verb says so and touches nothing.
#include "tests/unit/nodeagent/cli/stage.hpp"

#include "nodeagent/link/places.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

constexpr const char* journal = "/var/lib/onenode/journal";

class OtherVersion : public testing::TestWithParam<int> {
protected:
    void exchange(const char* path, std::string_view what, const std::string& for_what)
    {
        auto text = stage.host.read(path).value();
        text.replace(text.find(what), what.size(), for_what);
        stage.host.with_file(path, text, 0600);
    }

    void is_refused_by_every_verb(const char* path)
    {
        const auto before = stage.host.snapshot();
        for (const auto& played : {stage.join(), stage.leave(), stage.leave({.accepted_risks = {"forget-frontend"}}),
                                   stage.doctor({.fix = true, .yes = true})}) {
            EXPECT_EQ(stage.host.snapshot(), before) << played.err;
        }
        const auto left = stage.leave();
        EXPECT_NE(left.exit, Exit::ok);
        EXPECT_NE(left.err.find(path), std::string::npos) << left.err;
        EXPECT_NE(left.err.find("install the onenode that wrote it"), std::string::npos) << left.err;
        EXPECT_EQ(stage.front_end.with([](const FakeCloud& cloud) { return cloud.hosts.size(); }), hosts);
    }

    Stage stage{};
    std::size_t hosts = 0;
};

TEST_P(OtherVersion, OfTheJournalOfAMemberIsLeftAlone)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    hosts = 1;
    exchange(journal, "\"onenode_journal\":1", "\"onenode_journal\":" + std::to_string(GetParam()));
    is_refused_by_every_verb(journal);
}

TEST_P(OtherVersion, OfTheJournalOfAnUnfinishedJoinIsLeftAlone)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.end_state = "err"; });
    ASSERT_EQ(stage.join().exit, Exit::failed);
    exchange(journal, "\"onenode_journal\":1", "\"onenode_journal\":" + std::to_string(GetParam()));
    is_refused_by_every_verb(journal);
}

TEST_P(OtherVersion, OfTheStateIsLeftAlone)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    hosts = 1;
    exchange(places::membership, "onenode-state/1", "onenode-state/" + std::to_string(GetParam()));
    const auto before = stage.host.snapshot();
    for (const auto& played : {stage.join(), stage.leave()}) {
        EXPECT_NE(played.exit, Exit::ok);
        EXPECT_NE(played.err.find("install the onenode that wrote it"), std::string::npos) << played.err;
        EXPECT_EQ(stage.host.snapshot(), before);
    }
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfterOurs, OtherVersion, testing::Values(0, 2));

}  // namespace
}  // namespace onenode::cli

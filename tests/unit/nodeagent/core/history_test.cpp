// The history outlives what the journal forgets, crashes and its own size.
#include "nodeagent/core/history.hpp"

#include "nodeagent/core/before.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* directory = "/var/lib/onenode";
constexpr const char* newer = "/var/lib/onenode/history";
constexpr const char* older = "/var/lib/onenode/history.1";

class HistoryTest : public testing::Test {
protected:
    HistoryTest() { host.with_directory(directory, 0700); }

    std::vector<std::string> sentences()
    {
        std::vector<std::string> all;
        const auto deeds = *recall(host, directory);
        for (const auto& deed : deeds)
            all.push_back(deed.sentence);
        return all;
    }
    FakeHost host{};
};

TEST_F(HistoryTest, RemembersDeedsInTheirOrder)
{
    EXPECT_TRUE(sentences().empty());
    const Deed deed{.kind = deeds::applied,
                    .sentence = "one",
                    .version = "abc",
                    .changes = {{.time = "2026-09-21T14:13:20Z", .step = "ssh-in", .title = "t", .why = "w"}}};
    ASSERT_TRUE(remember(host, directory, deed));
    ASSERT_TRUE(remember(host, directory, {.kind = deeds::renewed, .sentence = "two"}));
    const auto deeds = *recall(host, directory);
    ASSERT_EQ(deeds.size(), 2U);
    EXPECT_EQ(deeds[0].time, "2026-09-21T14:13:20Z");
    EXPECT_EQ(deeds[0].changes, deed.changes);
    EXPECT_EQ(deeds[1].sentence, "two");
}

TEST_F(HistoryTest, GoesOnAfterALineThatACrashCut)
{
    ASSERT_TRUE(remember(host, directory, {.sentence = "one"}));
    host.die_within(1);
    EXPECT_THROW(std::ignore = remember(host, directory, {.sentence = "cut"}), Died);
    host.recover();
    EXPECT_EQ(sentences(), (std::vector<std::string>{"one"}));
    ASSERT_TRUE(remember(host, directory, {.sentence = "two"}));
    EXPECT_EQ(sentences(), (std::vector<std::string>{"one", "two"}));
}

TEST_F(HistoryTest, SkipsWhatIsDamaged)
{
    const std::string good = "{\"time\":\"2026-09-21T14:13:20Z\",\"sentence\":\"one\"}\n";
    host.with_file(newer, good + '\0' + "\xff{\n[]\n{\"time\":7}\n\n");
    EXPECT_EQ(sentences(), (std::vector<std::string>{"one"}));
}

TEST_F(HistoryTest, StaysSmall)
{
    const std::string padding(1000, 'x');
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(remember(host, directory, {.sentence = padding + std::to_string(i)}));
    EXPECT_LT(host.read(newer)->size() + host.read(older)->size(), 600'000U);
    const auto all = sentences();
    EXPECT_GT(all.size(), 240U);
    EXPECT_EQ(all.back(), padding + "999");
}

TEST_F(HistoryTest, TellsNothingTwiceWhereItDiedWhileItTurnedOver)
{
    std::string text;
    while (text.size() <= 256 * 1024)
        text += "{\"time\":\"2026-09-21T14:13:20Z\",\"sentence\":\"old\"}\n";
    host.with_file(newer, text);
    const auto count = sentences().size();
    for (std::size_t change = 1; change <= 3; ++change) {
        FakeHost machine = host;
        machine.die_after(change);
        EXPECT_THROW(std::ignore = remember(machine, directory, {.sentence = "new"}), Died);
        machine.recover();
        EXPECT_EQ(recall(machine, directory)->size(), change == 3 ? count + 1 : count) << change;
    }
}

TEST_F(HistoryTest, ShowsAlsoWhatSomebodyChangedWhoWasKilledBeforeHisDeed)
{
    auto journal = *Journal::open(host, directory);
    const WriteFile told{.path = "/etc/a", .why = "told"};
    const WriteFile untold{.path = "/etc/b", .why = "untold"};
    ASSERT_TRUE(journal.record("s", told, *look_before(host, told), ""));
    ASSERT_TRUE(remember(host, directory, {.sentence = "one", .changes = changes_since(journal, 0)}));
    host.advance(std::chrono::seconds{5});
    ASSERT_TRUE(journal.record("s", untold, *look_before(host, untold), ""));
    const auto deeds = *recall(host, directory);
    ASSERT_EQ(deeds.size(), 2U);
    EXPECT_EQ(deeds[1].kind, deeds::unfinished);
    ASSERT_EQ(deeds[1].changes.size(), 1U);
    EXPECT_EQ(deeds[1].changes[0].title, "write /etc/b");
}

TEST_F(HistoryTest, KeepsTheJoinAndWhoMadeWhatTheJournalHasHoweverOftenItTurnsOver)
{
    auto journal = *Journal::open(host, directory);
    const WriteFile change{.path = "/etc/a", .why = "joining"};
    ASSERT_TRUE(journal.record("s", change, *look_before(host, change), ""));
    auto changes = changes_since(journal, 0);
    changes.push_back({.time = "2026-09-21T14:13:20Z", .step = "s", .title = "write /etc/forgotten"});
    ASSERT_TRUE(remember(host, directory, {.kind = deeds::applied, .sentence = "applied", .changes = changes}));
    ASSERT_TRUE(remember(host, directory, {.kind = deeds::joined, .sentence = "joined"}));
    const std::string padding(1000, 'x');
    for (int i = 0; i < 1500; ++i) {
        host.advance(std::chrono::seconds{1});
        ASSERT_TRUE(remember(host, directory, {.kind = deeds::renewed, .sentence = padding}));
    }
    const auto deeds = *recall(host, directory);
    EXPECT_LT(deeds.size(), 700U) << "the rest is gone";
    EXPECT_EQ(deeds[0].sentence, "applied");
    EXPECT_EQ(deeds[0].changes, changes_since(journal, 0));
    EXPECT_EQ(deeds[1].sentence, "joined");
    for (const auto& deed : deeds)
        EXPECT_NE(deed.kind, deeds::unfinished);
}

TEST_F(HistoryTest, DoesNotCallUnfinishedWhatIsOlderThanItself)
{
    auto journal = *Journal::open(host, directory);
    const WriteFile old{.path = "/etc/a", .why = "w"};
    ASSERT_TRUE(journal.record("s", old, *look_before(host, old), ""));
    host.with_file(older, "{\"time\":\"2026-09-21T15:00:00Z\",\"sentence\":\"one\"}\n");
    host.advance(std::chrono::hours{2});
    const WriteFile killed{.path = "/etc/b", .why = "w"};
    ASSERT_TRUE(journal.record("s", killed, *look_before(host, killed), ""));
    const auto deeds = *recall(host, directory);
    ASSERT_EQ(deeds.size(), 3U);
    EXPECT_EQ(deeds[0].kind, deeds::earlier);
    EXPECT_EQ(deeds[0].changes.at(0).title, "write /etc/a");
    EXPECT_EQ(deeds[2].kind, deeds::unfinished);
    EXPECT_EQ(deeds[2].changes.at(0).title, "write /etc/b");
}

TEST_F(HistoryTest, CountsTheDamagedLinesOfEachFile)
{
    const std::string good = "{\"time\":\"2026-09-21T14:13:20Z\",\"sentence\":\"one\"}\n";
    host.with_file(newer, good + "\n" + good);
    EXPECT_EQ(damaged_history(host, directory)->size(), 0U);
    host.with_file(older, "garbage {{\n" + good).with_file(newer, good + "{}\n\xff\xfe\n" + "{\"time\":\"cut");
    EXPECT_EQ(*damaged_history(host, directory),
              (std::vector<DamagedLines>{{.path = older, .count = 1}, {.path = newer, .count = 3}}));
}

TEST_F(HistoryTest, LeavesNothingBehind)
{
    host.with_file(older, "x");
    ASSERT_TRUE(remember(host, directory, {.sentence = "one"}));
    ASSERT_TRUE(forget_history(host, directory));
    EXPECT_TRUE(host.list(directory)->empty());
    EXPECT_TRUE(forget_history(host, directory));
}

}  // namespace
}  // namespace onenode

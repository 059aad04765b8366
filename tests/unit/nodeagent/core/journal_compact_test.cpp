// A journal that lives for years stays small, and undo ends where it would have ended with every entry.
#include "nodeagent/core/journal_compact.hpp"

#include "nodeagent/core/before.hpp"
#include "nodeagent/core/runner.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* directory = "/var/lib/onenode";
constexpr const char* file = "/var/lib/onenode/journal";
constexpr const char* hosts = "/etc/hosts";

std::string with_peer(int number)
{
    return "mine\n# begin onenode\n10.0.0." + std::to_string(number) + " peer\n# end onenode\n";
}

WriteFile peer(int number)
{
    return {.path = hosts, .text = with_peer(number), .block = "onenode", .why = "w"};
}

Result<> make(FakeHost& host, const WriteFile& change)
{
    TRY_LET(auto journal, Journal::open(host, directory));
    TRY_LET(const auto before, look_before(host, change));
    TRY(journal.record("names", change, before, hash_of(change.text)));
    return host.write({.path = change.path, .text = change.text, .mode = change.mode});
}

Result<> record_only(FakeHost& host, const WriteFile& change)  // killed, or refused, before the write
{
    TRY_LET(auto journal, Journal::open(host, directory));
    TRY_LET(const auto before, look_before(host, change));
    TRY(journal.record("names", change, before, hash_of(change.text)));
    return {};
}

std::vector<Entry> entries_of(const FakeHost& host)
{
    return Journal::read(host, directory).value();
}

FakeHost machine()
{
    FakeHost host;
    host.with_file(hosts, "mine\n");
    return host;
}

TEST(CompactedJournal, KeepsWhatWasBeforeAndWhatCameLast)
{
    auto host = machine();
    for (int number = 1; number <= 9; ++number)
        ASSERT_TRUE(make(host, peer(number)));
    const auto kept = compacted(entries_of(host));
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(std::get<BeforeFile>(kept[0].before).text, "mine\n");
    EXPECT_EQ(kept[0].after_hash, hash_of(with_peer(8)));
    EXPECT_EQ(std::get<BeforeFile>(kept[1].before).text, with_peer(8));
    EXPECT_EQ(kept[1].after_hash, hash_of(with_peer(9)));
}

TEST(CompactedJournal, ForgetsChangesThatWereNeverMade)
{
    auto host = machine();
    for (int number = 1; number <= 9; ++number)
        ASSERT_TRUE(record_only(host, peer(number)));
    const auto kept = compacted(entries_of(host));
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].after_hash, hash_of(with_peer(9)));
}

TEST(CompactedJournal, KeepsApartWhatSomebodyEditedInBetween)
{
    auto host = machine();
    ASSERT_TRUE(make(host, peer(1)));
    host.with_file(hosts, with_peer(1) + "hers\n");
    ASSERT_TRUE(make(host, peer(2)));
    EXPECT_EQ(compacted(entries_of(host)).size(), 2U);
}

TEST(CompactedJournal, ForgetsWhatIsUndone)
{
    auto host = machine();
    ASSERT_TRUE(make(host, peer(1)));
    auto journal = Journal::open(host, directory).value();
    ASSERT_TRUE(journal.mark_undone(1));
    EXPECT_TRUE(compacted(entries_of(host)).empty());
}

TEST(CompactedJournal, IsWrittenWhenTheFileGrewLarge)
{
    auto host = machine();
    const std::string others(200'000, '#');
    host.with_file(hosts, others);
    for (int number = 1; number <= 8; ++number) {
        auto change = peer(number);
        change.text = others + change.text;
        ASSERT_TRUE(make(host, change));
        ASSERT_LT(host.read(file)->size(), 2'000'000U);
    }
    auto journal = Journal::open(host, directory).value();
    ASSERT_TRUE(undo(host, journal));
    EXPECT_EQ(*host.read(hosts), others);
}

// Writes, kills before a write, edits by people: whatever the story was, undo leaves the same machine.
TEST(CompactedJournal, IsUndoneToTheSameEnd)
{
    auto random = one::test::seeded();
    for (int story = 0; story < 200; ++story) {
        auto host = machine();
        for (int act = 0; act < 8; ++act) {
            const auto dice = random() % 6;
            const auto number = static_cast<int>(random() % 4);
            switch (dice) {
            case 0:
            case 1:
            case 2: ASSERT_TRUE(make(host, peer(number))); break;
            case 3: ASSERT_TRUE(record_only(host, peer(number))); break;
            case 4: host.with_file(hosts, host.read(hosts).value() + "hers\n"); break;
            default: host.with_file(hosts, "mine\n");
            }
        }
        auto other = host;
        if (host.stat(file)) {
            FakeHost scratch;
            auto short_one = Journal::open(scratch, directory).value();
            for (const auto& entry : compacted(entries_of(host)))
                ASSERT_TRUE(short_one.record(entry.step, entry.change, entry.before, entry.after_hash));
            other.with_file(file, scratch.read(file).value(), 0600);
        }
        auto whole = Journal::open(host, directory).value();
        auto shortened = Journal::open(other, directory).value();
        ASSERT_TRUE(undo(host, whole));
        ASSERT_TRUE(undo(other, shortened));
        EXPECT_EQ(*host.read(hosts), *other.read(hosts)) << "story " << story;
    }
}

}  // namespace
}  // namespace onenode

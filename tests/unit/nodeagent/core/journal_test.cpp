// The journal: what it keeps, what a crash may do to it, and what it refuses.
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/journal_line.hpp"
#include "nodeagent/core/runner.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

#include <array>

namespace onenode {
namespace {

constexpr const char* directory = "/var/lib/onenode";
constexpr const char* file = "/var/lib/onenode/journal";

const std::array<std::pair<Change, Before>, 12> every_kind{{
    {WriteFile{.path = "/etc/x",
               .text = std::string("a\0\xff\n", 4),
               .mode = 0640,
               .owner = "one",
               .group = "g",
               .block = "b",
               .verify = {"v", "%"},
               .why = "w"},
     BeforeFile{.existed = true, .text = "\xfe\x01", .mode = 0600, .uid = 1, .gid = 4'000'000'000}},
    {RemoveFile{.path = "/y", .why = "w"}, BeforeFile{.existed = true, .text = "gone", .mode = 0440}},
    {MakeDirectory{.path = "/d", .mode = 01777, .owner = "one", .group = "g", .why = "w"}, BeforeFile{}},
    {SetAttributes{.path = "/d", .mode = 0700, .owner = "one", .group = "g", .why = "w"},
     BeforeFile{.existed = true, .kind = FileKind::directory, .mode = 0777}},
    {MakeLink{.path = "/l", .target = "t", .why = "w"},
     BeforeFile{.existed = true, .kind = FileKind::symlink, .text = "old"}},
    {CreateGroup{.name = "g", .gid = 9869, .why = "w"}, BeforeUser{.existed = true}},
    {CreateUser{.name = "one", .uid = 1, .gid = 2, .home = "/h", .shell = "/s", .why = "w"},
     BeforeUser{.own_group = true}},
    {SetShell{.user = "one", .shell = "/s", .why = "w"}, BeforeUser{.existed = true, .shell = "/old"}},
    {JoinGroup{.user = "one", .group = "g", .why = "w"}, BeforeUser{.existed = true, .was_member = true}},
    {SetBoolean{.name = "b", .on = false, .why = "w"}, BeforePolicy{.on = true}},
    {LabelFiles{.tree = "/t", .type = "x_t", .why = "w"}, BeforePolicy{.type = "y_t"}},
    {InstallPackages{.tool = "apt-get", .packages = {"ruby", "x=1:2-3"}, .why = "w"},
     BeforePackages{.present = {"ruby"}}},
}};

Journal journal_with(FakeHost& host, std::size_t entries)
{
    auto journal = Journal::open(host, directory).value();
    for (std::size_t index = 0; index < entries; ++index)
        EXPECT_TRUE(journal.record("step", every_kind.at(index).first, every_kind.at(index).second, "hash"));
    return journal;
}

TEST(Journal, BringsBackEveryKindOfChangeByteForByte)
{
    FakeHost host;
    journal_with(host, every_kind.size());
    const auto entries = Journal::read(host, directory);
    ASSERT_TRUE(entries) << one::to_text(entries.error());
    ASSERT_EQ(entries->size(), every_kind.size());
    for (std::size_t index = 0; index < entries->size(); ++index) {
        const auto& entry = entries->at(index);
        EXPECT_EQ(entry.number, index + 1);
        EXPECT_EQ(entry.step, "step");
        EXPECT_EQ(entry.change, every_kind.at(index).first);
        EXPECT_EQ(entry.before, every_kind.at(index).second);
        EXPECT_EQ(entry.after_hash, "hash");
        EXPECT_EQ(entry.time, "2026-09-21T14:13:20Z");
        EXPECT_FALSE(entry.undone);
    }
}

TEST(Journal, IsForRootsEyesAndMadeOnlyWhenItIsOpened)
{
    FakeHost host;
    EXPECT_EQ(Journal::read(host, directory)->size(), 0U);
    EXPECT_EQ(host.changes(), 0U);
    journal_with(host, 1);
    EXPECT_EQ(host.stat(directory)->mode, 0700U);
    EXPECT_EQ(host.stat(file)->mode, 0600U);
}

TEST(Journal, RemembersWhatIsUndone)
{
    FakeHost host;
    auto journal = journal_with(host, 3);
    ASSERT_TRUE(journal.mark_undone(2));
    EXPECT_FALSE(journal.mark_undone(7));
    const auto again = Journal::open(host, directory).value();
    EXPECT_FALSE(again.entries().at(0).undone);
    EXPECT_TRUE(again.entries().at(1).undone);
}

TEST(Journal, NumbersGoOnAfterItIsOpenedAgain)
{
    FakeHost host;
    journal_with(host, 2);
    auto journal = Journal::open(host, directory).value();
    EXPECT_EQ(journal.record("step", every_kind.at(0).first, every_kind.at(0).second, "").value(), 3U);
}

TEST(Journal, IgnoresALineThatACrashCutWhereverItDid)
{
    FakeHost host;
    journal_with(host, 3);
    const auto whole = host.read(file).value();
    const auto last = whole.rfind('\n', whole.size() - 2) + 1;
    for (std::size_t length = last; length < whole.size(); ++length) {
        FakeHost crashed;
        crashed.with_file(file, whole.substr(0, length), 0600);
        EXPECT_EQ(Journal::read(crashed, directory)->size(), 2U) << length;
        auto journal = Journal::open(crashed, directory).value();
        ASSERT_EQ(journal.entries().size(), 2U) << length;
        ASSERT_TRUE(journal.record("step", every_kind.at(3).first, every_kind.at(3).second, ""));
        EXPECT_EQ(Journal::open(crashed, directory)->entries().size(), 3U)
            << "the next record does not stick to the remains";
    }
}

TEST(Journal, NamesTheFileAndTheLineWhenItIsDamagedInTheMiddle)
{
    FakeHost host;
    journal_with(host, 3);
    auto text = host.read(file).value();
    const auto second_line = text.find('\n') + 1;
    text[second_line] = '#';
    host.with_file(file, text);
    const auto opened = Journal::open(host, directory);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
    EXPECT_EQ(one::to_line(opened.error()),
              "cannot read the journal /var/lib/onenode/journal: line 2 is damaged: it is not a JSON object");
    EXPECT_FALSE(opened.error().next.empty());
}

TEST(Journal, RefusesWhatItDidNotWrite)
{
    const std::array lines{
        R"({"onenode_journal":2})",
        R"({"undone":9})",
        R"({"undone":"x"})",
        R"({"n":1})",
        R"([])",
        R"({"n":1,"step":"s","time":"t","kind":"fly","change":{},"before":{},"after_hash":""})",
        R"({"n":1,"step":"s","time":"t","kind":"make-link","change":{"path":"/x","target":1,"why":""},"before":{},"after_hash":""})",
        R"({"n":-1,"step":"s","time":"t","kind":"make-link","change":{},"before":{},"after_hash":""})"};
    for (const auto* line : lines) {
        FakeHost host;
        host.with_file(file, std::string{"{\"onenode_journal\":1}\n"} + line + "\n");
        EXPECT_FALSE(Journal::open(host, directory)) << line;
    }
    FakeHost headless;
    headless.with_file(file, "{\"undone\":1}\n");
    EXPECT_FALSE(Journal::open(headless, directory));
}

TEST(Journal, OfAnotherVersionIsLeftAloneWithTheWayOut)
{
    for (const auto* version : {"0", "2", "1.5", "\"1\"", "null", "\"\\u001b[2J\""}) {
        FakeHost host;
        journal_with(host, 2);
        auto text = host.read(file).value();
        text.replace(text.find('1'), 1, version);
        host.with_file(file, text, 0600);
        const auto before = host.snapshot();
        for (const auto& refused : {Journal::open(host, directory).map([](const Journal&) {}),
                                    Journal::read(host, directory).map([](const auto&) {})}) {
            ASSERT_FALSE(refused) << version;
            EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
            EXPECT_NE(refused.error().reason.find("another version of onenode wrote it"), std::string::npos);
            EXPECT_NE(refused.error().next.find("install the onenode that wrote it"), std::string::npos);
            EXPECT_EQ(refused.error().reason.find('\033'), std::string::npos);
        }
        EXPECT_EQ(host.snapshot(), before);
    }
}

TEST(Journal, ReadsFilesOfVersionsThatKnewNoSingleLines)
{
    const Entry entry{.number = 1, .change = WriteFile{.path = "/x", .block = "onenode"}, .before = BeforeFile{}};
    const auto text = to_line(entry);
    EXPECT_EQ(text.find("\"line\""), std::string::npos);
    const auto read = parse_journal_line(std::string_view{text}.substr(0, text.size() - 1));
    ASSERT_TRUE(read);
    EXPECT_EQ(std::get<Entry>(*read).change, entry.change);
    auto with_line = entry;
    std::get<WriteFile>(with_line.change).line = "root:1:2";
    const auto written = to_line(with_line);
    EXPECT_EQ(std::get<Entry>(*parse_journal_line(std::string_view{written}.substr(0, written.size() - 1))).change,
              with_line.change);
}

TEST(Journal, RefusesNumbersThatDoNotFit)
{
    const auto entry = Entry{.number = 1, .change = SetAttributes{.path = "/x", .mode = 0700}, .before = BeforeFile{}};
    auto line = to_line(entry);
    line.replace(line.find("448"), 3, "99999999999");
    EXPECT_FALSE(parse_journal_line(line));
}

TEST(Journal, LeavesAnAdministratorsLinkToAnotherPlace)
{
    FakeHost host;
    host.with_directory("/srv/state").with_link(directory, "/srv/state");
    auto journal = journal_with(host, 1);
    ASSERT_TRUE(journal.remove());
    EXPECT_EQ(host.stat(directory)->kind, FileKind::symlink);
    EXPECT_FALSE(host.stat("/srv/state/journal"));
}

TEST(Journal, TakesItsDirectoryAlongOnlyWhenNothingElseIsInIt)
{
    FakeHost host;
    auto journal = journal_with(host, 1);
    host.with_file("/var/lib/onenode/identity", "key");
    ASSERT_TRUE(journal.remove());
    EXPECT_TRUE(host.stat(directory));
    EXPECT_FALSE(host.stat(file));
    host.without("/var/lib/onenode/identity");
    ASSERT_TRUE(Journal::open(host, directory)->remove());
    EXPECT_FALSE(host.stat(directory));
}

TEST(Journal, SaysSoWhenTheDiskIsFull)
{
    FakeHost host;
    auto journal = journal_with(host, 1);
    host.fail_at(1, ENOSPC);
    const auto recorded = journal.record("step", every_kind.at(0).first, every_kind.at(0).second, "");
    ASSERT_FALSE(recorded);
    EXPECT_EQ(one::to_line(recorded.error()),
              "cannot write the journal /var/lib/onenode/journal: No space left on device");
    EXPECT_EQ(journal.entries().size(), 1U);
}

TEST(Journal, RefusesWhatWouldMakeItUnreadableBeforeTheFileIsChanged)
{
    constexpr Step step{"s", "t", {}, nullptr};
    FakeHost host;
    host.with_directory("/etc", 0755).with_file("/etc/large", std::string(12 << 20, 'x'));
    auto journal = journal_with(host, 1);
    const auto before = host.snapshot();
    Plan plan;
    plan.steps.push_back({.step = &step, .changes = {RemoveFile{.path = "/etc/large"}}});
    const auto applied = apply(plan, host, journal);
    ASSERT_FALSE(applied);
    EXPECT_EQ(one::to_line(applied.error()),
              "cannot keep what was before of /etc/large: what leave would need to give it back takes 16MB in "
              "/var/lib/onenode/journal, which may have 14MB and has 327B; it was not changed");
    EXPECT_EQ(applied.error().next,
              "make it smaller or move it away (ls -lh /etc/large), then run the same command again");
    EXPECT_EQ(host.snapshot(), before);
}

TEST(Journal, StaysReadableWhereManyLinesMakeItLarge)
{
    FakeHost host;
    auto journal = journal_with(host, 1);
    const BeforeFile large{.existed = true, .text = std::string(3 << 20, 'x')};
    Result<std::uint64_t> recorded = std::uint64_t{0};
    std::size_t count = 1;
    for (; recorded && count < 9; ++count)
        recorded = journal.record("s", RemoveFile{.path = "/etc/" + std::to_string(count)}, large, "");
    ASSERT_FALSE(recorded);
    EXPECT_EQ(recorded.error().next, "run onenode leave, which gives everything back, then onenode join again");
    ASSERT_TRUE(journal.mark_undone(1)) << "the way back still has room";
    EXPECT_EQ(Journal::open(host, directory)->entries().size() + 2, count) << "without the failed and the undone one";
}

}  // namespace
}  // namespace onenode

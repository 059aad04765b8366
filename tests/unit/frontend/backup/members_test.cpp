// The list at the end of an archive.
#include "frontend/backup/members.hpp"

#include <gtest/gtest.h>

using namespace onefrontend::backup;

namespace {

TEST(Members, AreReadAsTheyAreWritten)
{
    const std::string digest(64, 'a');
    const Member file{.path = "home/a b\\c\nd", .mode = 0, .digest = digest};
    const Member folder{
        .path = "home/vms x", .kind = Kind::directory, .mode = 02750, .user = "oneadmin", .group = "9869"};
    const Member link{.path = "home/remotes", .kind = Kind::link, .digest = digest};
    const auto read = read_sums(sum_line(file) + sum_line(folder) + sum_line(link));
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->size(), 3U);
    EXPECT_EQ(read->at(0).path, file.path);
    EXPECT_EQ(read->at(0).digest, digest);
    EXPECT_EQ(read->at(1).path, folder.path);
    EXPECT_EQ(read->at(1).kind, Kind::directory);
    EXPECT_EQ(read->at(1).mode, 02750U);
    EXPECT_EQ(read->at(1).user, "oneadmin");
    EXPECT_EQ(read->at(1).group, "9869");
    EXPECT_EQ(read->at(2).path, link.path);
    EXPECT_EQ(read->at(2).kind, Kind::link);
}

TEST(Members, OfAnotherFormAreRefused)
{
    for (const std::string text : {"x\n", "# else\n", "# directory 9 a b c\n", "abc  home/x\n", "\n"})
        EXPECT_FALSE(read_sums(text)) << text;
    EXPECT_FALSE(read_sums(std::string(64, 'a') + "  home/x")) << "without its end";
}

TEST(Head, IsReadAsItIsWritten)
{
    const Head head{.made_at = "2026-09-21T14:13:20Z",
                    .made_on = "one",
                    .version = "7.4.0",
                    .schema = {"7.4.0", "7.3.0"},
                    .is_file = false,
                    .home = "/var/lib/one",
                    .state_dir = "/x"};
    const auto read = read_head(to_text(head));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->schema, head.schema);
    EXPECT_FALSE(read->is_file);
    EXPECT_EQ(read->made_on, "one");
}

TEST(Head, OfALaterFormIsRefused)
{
    EXPECT_FALSE(read_head(R"({"schema": "onefrontend-backup/2"})"));
    EXPECT_FALSE(read_head(R"({"schema": "onefrontend-backup/1"})"));
    EXPECT_FALSE(read_head("[]"));
    EXPECT_FALSE(read_head("{"));
}

}  // namespace

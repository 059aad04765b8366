// Laws of the attribute files, over random texts.
#include "frontend/configure/attribute_file.hpp"
#include "common/text/words.hpp"
#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace onefrontend::configure {
namespace {

constexpr std::array pieces{"A",           "B",
                            "NAME",        " ",
                            "  ",          "\n",
                            "=",           " = ",
                            "[",           "]",
                            ",",           "#",
                            "# ",          "# A = ",
                            "\"",          "\\\"",
                            "\\",          "\"x\"",
                            "\"y z\"",     "12",
                            "wo.rd",       "\t",
                            "]]>",         "\r",
                            "A = 1\n",     "V = [ A = \"1\", B = 2 ]\n",
                            "R = \"q\"\n", "# text\n",
                            "E =\n",       "é"};

/// Texts that are accepted, most of them with something in them.
std::vector<AttributeFile> accepted(std::mt19937_64& random, int tries)
{
    std::vector<AttributeFile> files;
    for (int i = 0; i < tries; ++i)
        if (auto file = AttributeFile::parse(one::test::random_text_of(random, pieces, 14))) files.push_back(*file);
    return files;
}

TEST(AttributeLaws, TokensTileTheText)
{
    auto random = one::test::seeded();
    int good = 0;
    for (int i = 0; i < 30'000; ++i) {
        const auto text = one::test::random_text_of(random, pieces, 12);
        const auto tokens = attribute_tokens(text);
        if (!tokens) continue;
        ++good;
        std::string again;
        for (const auto& token : *tokens) {
            ASSERT_EQ(token.begin, again.size()) << text;
            ASSERT_LT(token.begin, token.end) << text;
            again += text.substr(token.begin, token.end - token.begin);
        }
        ASSERT_EQ(again, text);
    }
    EXPECT_GT(good, 1000);
}

TEST(AttributeLaws, ReadingAndWritingIsTheIdentity)
{
    auto random = one::test::seeded();
    const auto files = accepted(random, 30'000);
    EXPECT_GT(files.size(), 1000U);
    for (const auto& file : files) {
        const auto again = AttributeFile::parse(file.text());
        ASSERT_TRUE(again) << file.text();
        ASSERT_EQ(again->entries(), file.entries()) << file.text();
    }
}

TEST(AttributeLaws, RandomBytesAreReadOrRefusedWithTheirLine)
{
    auto random = one::test::seeded();
    for (int i = 0; i < 20'000; ++i) {
        const auto text = one::test::random_text(random, 40);
        const auto file = AttributeFile::parse(text);
        if (file) {
            ASSERT_EQ(file->text(), text);
        } else {
            ASSERT_TRUE(file.error().thing.starts_with("line ")) << file.error().thing;
        }
    }
}

std::string random_value(std::mt19937_64& random)
{
    constexpr std::array letters{"a", "7", " ", "\"", "\\", "#", "=", ",", "[", "]", "]]>", "\n", "é", "-"};
    return one::test::random_text_of(random, letters, 6);
}

TEST(AttributeLaws, WhatIsSetIsReadBack)
{
    auto random = one::test::seeded();
    int set = 0;
    for (auto& file : accepted(random, 20'000)) {
        const auto before = file.text();
        const auto value = random_value(random);
        if (const auto* entry = file.find("A"); entry && entry->is_vector) continue;
        if (!file.set("A", value)) {
            ASSERT_EQ(file.text(), before);  // refused: nothing changed
            continue;
        }
        ++set;
        const auto again = AttributeFile::parse(file.text());
        ASSERT_TRUE(again) << before;
        ASSERT_EQ(again->value(*again->find("A")), value) << before;
        const auto once = file.text();
        ASSERT_TRUE(file.set("A", value));
        ASSERT_EQ(file.text(), once);
    }
    EXPECT_GT(set, 500);
}

TEST(AttributeLaws, AnEditLeavesEveryOtherEntryAlone)
{
    auto random = one::test::seeded();
    for (auto& file : accepted(random, 20'000)) {
        std::vector<std::string> before;
        for (const auto& entry : file.entries())
            if (entry.name != "V") before.push_back(entry.name + '=' + file.value(entry));
        const auto value = random_value(random);
        if (!file.set_in("V", {{"A", value}, {"NEW", "5"}})) continue;
        std::vector<std::string> after;
        for (const auto& entry : file.entries())
            if (entry.name != "V") after.push_back(entry.name + '=' + file.value(entry));
        ASSERT_EQ(after, before);
        ASSERT_EQ(file.value_in(*file.find("V"), "A"), value);
        ASSERT_EQ(file.value_in(*file.find("V"), "NEW"), "5");
    }
}

TEST(AttributeLaws, AnEditOfAValueChangesItsLineAlone)
{
    auto random = one::test::seeded();
    for (auto& file : accepted(random, 20'000)) {
        const auto* entry = file.find("A");
        if (!entry || entry->is_vector) continue;
        const auto before = one::split_lines(file.text());
        const auto first = line_at(file.text(), entry->value_at.begin) - 1;
        const auto last = line_at(file.text(), entry->value_at.end) - 1;
        ASSERT_TRUE(file.set("A", "changed"));
        const auto after = one::split_lines(file.text());
        ASSERT_EQ(after.size() + (last - first), before.size());
        for (std::size_t line = 0; line < before.size(); ++line) {
            if (line < first) {
                ASSERT_EQ(after[line], before[line]);
            }
            if (line > last) {
                ASSERT_EQ(after[line - (last - first)], before[line]);
            }
        }
    }
}

}  // namespace
}  // namespace onefrontend::configure

// docs/checks.md says what the sources say: what stands below its mark is made here (UPDATE_GOLDEN=1), not by hand.
#include "nodeagent/checks/prose.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace onenode::checks {
namespace {

constexpr std::size_t width = 120;
constexpr std::string_view mark =
    "<!-- Below this line: made from the sources by UPDATE_GOLDEN=1 unit_nodeagent_checks. -->\n";

std::string written_by_hand()
{
    std::ifstream file{std::string{GOLDEN_DIR} + "/checks.md"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return text.substr(0, text.find(mark));
}

std::string section(const Check& check)
{
    const auto object = check.object.empty() ? std::string{} : fmt::format("-{}", check.object);
    return fmt::format("\n### `{}{}`\n{}\n*{}*\n", check.id, object, wrapped(prose_of(check), width),
                       fmt::join(traits_of(check), " · "));
}

std::vector<std::string> entries_of(const Check& check)
{
    std::string text{check.covers};
    std::erase(text, ',');
    return one::split_words(text);
}

std::string table()
{
    std::map<std::string, std::vector<std::string>> covered;  // "F007": in the order of numbers
    for (const Check* check : all())
        for (const auto& entry : entries_of(*check))
            covered[fmt::format("F{:0>3}", entry.substr(1))].push_back(fmt::format("`{}`", check->id));
    std::string text = fmt::format("\n## What goes wrong, and which check finds it\n\n{} entries of the catalogue of "
                                   "failures.\n\n| entry | checks |\n|---|---|\n",
                                   covered.size());
    for (const auto& [entry, ids] : covered)
        text += fmt::format("| {} | {} |\n", entry[1] == '0' ? "F" + entry.substr(2) : entry, fmt::join(ids, ", "));
    return text;
}

TEST(ChecksDocument, SaysWhatTheSourcesSay)
{
    std::string text = written_by_hand() + std::string{mark};
    text += "\n## Before the join\n";
    for (const Check* check : preflight())
        text += section(*check);
    text += "\n## After the changes of a join\n";
    for (const Check* check : after_apply())
        if (std::ranges::find(preflight(), check) == preflight().end()) text += section(*check);
    text += "\n## By doctor alone\n";
    for (const Check* check : doctor())
        text += section(*check);
    one::test::expect_golden("checks.md", text + table());
}

class EveryExplanation : public testing::TestWithParam<const Check*> {};

TEST_P(EveryExplanation, TellsWhatIsLookedAtAndTheWayOut)
{
    const Check& check = *GetParam();
    EXPECT_TRUE(check.explain.ends_with('.')) << check.explain;
    EXPECT_TRUE(check.explain.find(' ') != std::string_view::npos);
    EXPECT_TRUE(check.mend.ends_with('.')) << check.mend;
    EXPECT_TRUE(check.without_it.empty() || check.without_it.ends_with('.')) << check.without_it;
    EXPECT_TRUE(check.severity == Severity::error || check.severity == Severity::warning);
    EXPECT_FALSE(moments_of(check).empty());
    EXPECT_TRUE(std::regex_match(std::string{check.covers}, std::regex{"F[0-9]{2,3}(, F[0-9]{2,3})*"})) << check.covers;
    EXPECT_TRUE(!check.data_loss || check.severity == Severity::error);
}

std::string name_of(const testing::TestParamInfo<const Check*>& info)
{
    std::string name{info.param->id};
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Checks, EveryExplanation, testing::ValuesIn(all().begin(), all().end()), name_of);

TEST(ChecksDocument, CoversMostOfTheCatalogue)
{
    std::set<std::string> entries;
    for (const Check* check : all())
        for (auto& entry : entries_of(*check))
            entries.insert(std::move(entry));
    EXPECT_GE(entries.size(), 70U);
}

}  // namespace
}  // namespace onenode::checks

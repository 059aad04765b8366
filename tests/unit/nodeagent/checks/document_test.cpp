// docs/checks.md says what the sources say: what stands below its mark is made here (UPDATE_GOLDEN=1), not by hand.
#include "nodeagent/checks/prose.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/text/words.hpp"
#include "common/wire/proofs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>

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

std::vector<std::string> entries_in(std::string_view covers)
{
    std::string text{covers};
    std::erase(text, ',');
    return one::split_words(text);
}

struct Row {
    std::vector<std::string> checks{};
    std::vector<std::string> both_ends{};
};

std::map<std::string, Row> rows()  // "F007": in the order of numbers
{
    std::map<std::string, Row> all_rows;
    const auto row = [&](const std::string& entry) -> Row& {
        return all_rows[fmt::format("F{:0>3}", entry.substr(1))];
    };
    for (const Check* check : all())
        for (const auto& entry : entries_in(check->covers))
            row(entry).checks.push_back(fmt::format("`{}`", check->id));
    for (const auto& proof : one::wire::proofs())
        for (const auto& entry : entries_in(proof.covers))
            row(entry).both_ends.push_back(fmt::format("proof `{}`", proof.id));
    for (const auto& refusal : one::wire::refusals())
        for (const auto& entry : entries_in(refusal.covers))
            row(entry).both_ends.push_back(fmt::format("refused: {}", refusal.what));
    return all_rows;
}

std::string entry_of(const std::string& key)
{
    return key[1] == '0' ? "F" + key.substr(2) : key;
}

std::string table()
{
    const auto all_rows = rows();
    const auto by_checks = std::ranges::count_if(all_rows, [](const auto& row) { return !row.second.checks.empty(); });
    const auto intro =
        fmt::format("{} entries of the catalogue of failures, {} of them by a check. What only both ends "
                    "together can tell is found by a proof ([proofs.md](proofs.md)), or the enrollment "
                    "refuses it.",
                    all_rows.size(), by_checks);
    std::string text =
        fmt::format("\n## What goes wrong, and what finds it\n\n{}\n| entry | checks | with the front-end "
                    "|\n|---|---|---|\n",
                    wrapped(intro, width));
    for (const auto& [key, row] : all_rows)
        text += fmt::format("| {} | {} | {} |\n", entry_of(key), fmt::join(row.checks, ", "),
                            fmt::join(row.both_ends, ", "));
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
    const auto all_rows = rows();
    EXPECT_GE(std::ranges::count_if(all_rows, [](const auto& row) { return !row.second.checks.empty(); }), 70);
}

TEST(ChecksDocument, KnowsEntriesOfProofsByTheirNumbers)
{
    const std::regex numbers{"(F[0-9]{2,3}(, F[0-9]{2,3})*)?"};
    for (const auto& proof : one::wire::proofs())
        EXPECT_TRUE(std::regex_match(std::string{proof.covers}, numbers)) << proof.id;
    for (const auto& refusal : one::wire::refusals())
        EXPECT_TRUE(!refusal.covers.empty() && std::regex_match(std::string{refusal.covers}, numbers)) << refusal.what;
}

// Entries that the catalogue calls fatal.
constexpr std::array fatal{
    1,   2,   3,   4,   5,   6,   7,   11,  12,  14,  15,  16,  17,  18,  19,  24,  25,  26,  31,  32,  33,  36,
    42,  43,  44,  45,  46,  47,  48,  50,  51,  52,  57,  58,  59,  60,  61,  64,  65,  66,  67,  68,  69,  71,
    72,  77,  78,  79,  81,  83,  85,  86,  90,  93,  96,  98,  99,  100, 103, 105, 108, 110, 111, 112, 115, 117,
    118, 120, 123, 124, 126, 127, 130, 134, 135, 136, 140, 151, 152, 155, 156, 158, 160, 162, 163, 165, 166,
};

struct Excuse {
    int entry;
    std::string_view reason;
};

// Fatal, but nothing that a check or a proof could find at a join.
constexpr std::array excused{
    Excuse{103, "a setting that monitord.conf may lack since OpenNebula 7.4: it has defaults"},
    Excuse{151, "shows when another replica leads: a join proves the login of the one that answers"},
    Excuse{152, "shows when another replica leads: what the one that answers tells its hosts is proven"},
    Excuse{160, "shows when the front-end's pod starts anew, long after the join"},
};

TEST(FatalEntries, AreEachFoundByACheckOrAProofOrHaveAnExcuse)
{
    const auto found = rows();
    for (const int entry : fatal) {
        const bool is_excused = std::ranges::find(excused, entry, &Excuse::entry) != excused.end();
        EXPECT_NE(found.contains(fmt::format("F{:03}", entry)), is_excused) << 'F' << entry;
    }
    for (const auto& excuse : excused)
        EXPECT_TRUE(std::ranges::find(fatal, excuse.entry) != fatal.end()) << 'F' << excuse.entry;
}

// The catalogue is not a part of these sources; where it lies beside them, the list above is held to it.
TEST(FatalEntries, AreAllThatTheCatalogueHas)
{
    std::ifstream file{std::string{GOLDEN_DIR} + "/../../shared/opennebula/FAILURES.md"};
    if (!file) GTEST_SKIP() << "../shared is absent: the catalogue of failures does not lie beside these sources";
    const std::regex line{R"(- \*\*F([0-9]+) `[^`]+`\*\* \(([^)]*)\).*)"};
    int met = 0;
    for (std::string text; std::getline(file, text);) {
        std::smatch parts;
        if (!std::regex_match(text, parts, line) || parts[2].str().find("FATAL") == std::string::npos) continue;
        ++met;
        const int entry = std::stoi(parts[1].str());
        EXPECT_TRUE(std::ranges::find(fatal, entry) != fatal.end()) << 'F' << entry;
    }
    EXPECT_EQ(met, static_cast<int>(fatal.size()));
}

}  // namespace
}  // namespace onenode::checks

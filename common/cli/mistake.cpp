// Names an unknown option or verb; of other words it only says that they are there.
#include "common/cli/mistake.hpp"

#include <algorithm>

namespace one {
namespace {

constexpr std::size_t longest_verb = 20;

bool is_option(const std::string& word)
{
    return word.starts_with('-') && word != "--";
}

/// Letters and dashes only, and few: no token.
bool may_be_verb(const std::string& word)
{
    return word.size() <= longest_verb &&
           std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

/// A verb is still to come: the deepest one that was given has verbs below it.
bool lacks_verb(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app.get_require_subcommand_min() > 0 : lacks_verb(*chosen.front());
}

}  // namespace

std::string mistake_in(const CLI::App& app, const CLI::ParseError& error)
{
    const auto words = app.remaining(true);
    const auto option = std::ranges::find_if(words, is_option);
    if (option != words.end()) return "unknown option " + option->substr(0, option->find('='));
    if (words.empty()) return lacks_verb(app) ? "a verb is missing" : error.what();
    if (lacks_verb(app)) return may_be_verb(words.front()) ? "unknown verb " + words.front() : "unknown verb";
    return "one word too many";
}

}  // namespace one

// Names an unknown option or verb; of other words it only says that they are there, and at which place.
#include "common/cli/mistake.hpp"

#include "common/cli/given_verb.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace one {
namespace {

constexpr std::size_t longest_verb = 20;
constexpr std::size_t longest_option = 40;

bool is_option(const std::string& word)
{
    return word.starts_with('-') && word != "--";
}

/// Letters and dashes only, and few: no token.
bool may_be_verb(std::string_view word)
{
    return std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

/// A verb is still to come: the deepest one that was given has verbs below it.
bool lacks_verb(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app.get_require_subcommand_min() > 0 : lacks_verb(*chosen.front());
}

std::string ordinal(std::size_t number)
{
    constexpr std::array<std::string_view, 4> endings{"th", "st", "nd", "rd"};
    const bool teen = number % 100 / 10 == 1;
    return fmt::format("{}{}", number, endings[teen || number % 10 > 3 ? 0 : number % 10]);
}

std::string suggested(std::string_view word, const std::vector<std::string>& known)
{
    const std::vector<std::string_view> views{known.begin(), known.end()};
    const auto near = nearest(word, views);
    return near.empty() ? near : fmt::format("; did you mean {}?", near);
}

std::vector<std::string> verbs_of(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const auto* verb : shown_verbs(app))
        names.push_back(verb->get_name());
    return names;
}

std::vector<std::string> options_of(const CLI::App& verb)
{
    std::vector<std::string> names;
    for (const auto* option : verb.get_options())
        for (const auto& name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

std::size_t words_taken(const CLI::App& verb)
{
    std::size_t count = 0;
    for (const auto* option : verb.get_options())
        if (!option->nonpositional()) count += option->count();
    return count;
}

}  // namespace

std::string mistake_in(const CLI::App& app, const CLI::ParseError& error)
{
    const auto words = app.remaining(true);
    const auto option = std::ranges::find_if(words, is_option);
    if (option != words.end()) {
        const auto name = option->substr(0, option->find('='));
        const bool may_be_shown = name.size() <= longest_option && may_be_verb(name);
        return may_be_shown ? "unknown option " + name + suggested(name, options_of(given_verb(app)))
                            : "unknown option";
    }
    if (words.empty()) return lacks_verb(app) ? "a verb is missing" : error.what();
    if (lacks_verb(app)) {
        const auto& word = words.front();
        if (word.size() > longest_verb || !may_be_verb(word)) return "unknown verb";
        return "unknown verb " + word + suggested(word, verbs_of(given_verb(app)));
    }
    const auto& verb = given_verb(app);
    return fmt::format("one word too many: the {} after `{}` that belongs to no option", ordinal(words_taken(verb) + 1),
                       path_of(verb));
}

std::string help_for(const CLI::App& app)
{
    return path_of(given_verb(app)) + " --help shows what there is";
}

}  // namespace one

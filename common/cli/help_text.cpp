// A table of two columns: what is typed, and what it means, wrapped below itself.
#include "common/cli/help_text.hpp"

#include "common/cli/given_verb.hpp"
#include "common/text/letters.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace one {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t widest_typed = 24;  // a longer one stands on a line of its own

struct Row {
    std::string typed;
    std::string meaning;
};

/// Broken at spaces; each line after the first begins with INDENT of them, and so does what stands before the first.
std::string wrapped(std::string_view line, std::size_t indent)
{
    std::string text;
    std::size_t column = indent;
    for (const auto& word : split_words(line)) {
        const bool fits = column + 1 + word.size() <= width;
        if (!text.empty()) {
            text += fits ? " " : '\n' + std::string(indent, ' ');
            column = fits ? column + 1 : indent;
        }
        text += word;
        column += word.size();
    }
    return text;
}

std::string paragraphs(std::string_view text)
{
    std::string all;
    for (const auto& line : split_lines(text))
        all += (line.starts_with("  ") ? std::string{line} : wrapped(line, 0)) + '\n';  // examples stay as they are
    return all;
}

std::string table(const std::vector<Row>& rows)
{
    std::size_t column = 0;
    for (const auto& row : rows)
        if (row.typed.size() <= widest_typed) column = std::max(column, row.typed.size());
    column += 4;
    std::string text;
    for (const auto& row : rows) {
        text += "  " + row.typed;
        const bool fits = row.typed.size() <= widest_typed;
        auto before = fits ? std::string(column - 2 - row.typed.size(), ' ') : '\n' + std::string(column, ' ');
        for (const auto& line : split_lines(row.meaning)) {
            text += before + wrapped(line, column);
            before = '\n' + std::string(column, ' ');
        }
        text += '\n';
    }
    return text;
}

/// `TEXT:{kvm,qemu,lxc}` is CLI11's: the name of the value, and what it may be.
std::size_t end_of_name(std::string_view type)
{
    const auto colon = type.find(':');
    return colon == std::string_view::npos || (colon > 0 && type[colon - 1] == '[') ? type.size() : colon;
}

std::string choices_of(const CLI::Option& option)
{
    const auto type = option.get_type_name();
    const auto begin = type.find(":{");
    if (begin == std::string::npos) return {};
    const auto listed = type.substr(begin + 2, type.find('}', begin) - begin - 2);
    const auto first = listed.substr(0, listed.find(','));
    return option.get_description().find(first) == std::string::npos ? "\none of: " + listed : "";
}

std::string value_of(const CLI::Option& option)
{
    if (option.get_items_expected_max() == 0) return {};
    const auto type = option.get_type_name();
    return type.substr(0, end_of_name(type));
}

/// A word without an option is called by what it is, where its type does not say more.
std::string called(const CLI::Option& option)
{
    auto value = value_of(option);
    if (option.nonpositional()) return value;
    if (value == "TEXT") value = to_upper(option.get_single_name());
    return value + (option.get_items_expected_max() > 1 ? " ..." : "");
}

std::string typed(const CLI::Option& option)
{
    if (!option.nonpositional()) return called(option);
    std::string names;
    for (const auto& name : option.get_snames())
        names += "-" + name;
    for (const auto& name : option.get_lnames())
        names += (names.empty() ? "--" : ", --") + name;
    const auto value = value_of(option);
    return names + (value.empty() ? "" : " " + value);
}

/// CLI11 has them in an order of chance.
std::set<std::string> names_of(const std::set<CLI::Option*>& options)
{
    std::set<std::string> names;
    for (const auto* option : options)
        names.insert(typed(*option));
    return names;
}

std::string meaning(const CLI::Option& option)
{
    auto text = option.get_description() + choices_of(option);
    if (!option.get_envname().empty()) text += fmt::format(" (or the variable {})", option.get_envname());
    for (const auto& other : names_of(option.get_needs()))
        text += fmt::format("; with {}", other);
    for (const auto& other : names_of(option.get_excludes()))
        text += fmt::format("; not with {}", other);
    return text;
}

bool is_common(const CLI::Option& option)
{
    return option.get_group() != "Options";
}

std::string usage(const CLI::App& app)
{
    auto text = fmt::format("Usage: {} [OPTIONS]", path_of(app));
    for (const auto* option : app.get_options())
        if (!option->nonpositional())
            text += option->get_required() ? " " + called(*option) : fmt::format(" [{}]", called(*option));
    return text + (shown_verbs(app).empty() ? "" : " VERB ...");
}

std::vector<Row> rows_of(const CLI::App& app)
{
    const bool is_verb = app.get_parent() != nullptr;
    std::vector<Row> words;
    std::vector<Row> options;
    for (const auto* option : app.get_options()) {
        if (option->get_group().empty() || option == app.get_help_ptr() || (is_verb && is_common(*option))) continue;
        (option->nonpositional() ? options : words).push_back({typed(*option), meaning(*option)});
    }
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

/// What the program's own --help explains.
std::string common_options(const CLI::App& app)
{
    std::string text;
    for (const auto* option : app.get_options())
        if (is_common(*option) && !option->get_group().empty())
            text +=
                fmt::format("{} --{}", text.empty() ? option->get_group() + ":" : ",", option->get_lnames().front());
    if (text.empty() || app.get_parent() == nullptr) return {};
    return wrapped(fmt::format("{} ({} --help)", text, app.get_parent()->get_name()), 0) + '\n';
}

std::string verbs_of(const CLI::App& app)
{
    std::vector<Row> rows;
    for (const auto* verb : shown_verbs(app))
        rows.push_back({verb->get_name(), verb->get_description()});
    return rows.empty() ? "" : '\n' + table(rows);
}

}  // namespace

std::string help_text(const CLI::App& app)
{
    const auto& verb = given_verb(app);
    const auto rows = table(rows_of(verb));
    return wrapped(verb.get_description(), 0) + '\n' + wrapped(usage(verb), 0) + '\n' +
           (rows.empty() ? "" : '\n' + rows) + common_options(verb) + verbs_of(verb) + '\n' +
           paragraphs(verb.get_footer());
}

}  // namespace one

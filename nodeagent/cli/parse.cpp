// A command line, and what is wrong with one, by CLI11.
#include "nodeagent/cli/parse.hpp"

#include "common/cli/help_text.hpp"
#include "common/cli/help_tree.hpp"
#include "common/cli/mistake.hpp"
#include "common/text/duration.hpp"
#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/cli/verb_flags.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

constexpr const char* about = "Makes this machine a working OpenNebula hypervisor, and keeps it one.";
constexpr const char* token_is_no_argument =
    "a token is never an argument: everybody on this machine could read it; leave it out and paste it when asked, "
    "or use --token-file";

bool holds_token(const std::vector<std::string>& arguments)
{
    return std::ranges::any_of(arguments, [](const std::string& word) {
        return word == "--token" || word.starts_with("--token=") || looks_like_token(word);
    });
}

NoCommand explain(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments)
{
    if (error.get_exit_code() == 0) return {Exit::ok, one::help_text(app)};
    const std::string text = holds_token(arguments) ? token_is_no_argument : one::mistake_in(app, error);
    const std::string next = one::help_for(app);
    return {Exit::usage,
            fmt::format("onenode: {}\n{}\n", text, next),
            {.kind = one::ErrorKind::invalid,
             .thing = "the command line",
             .reason = text,
             .next = next,
             .doing = "understand"}};
}

NoCommand wrong(const one::Error& error)
{
    return {Exit::usage, fmt::format("onenode: {}\n", one::to_text(error)), error};
}

tl::expected<CommandLine, NoCommand> parse_onto(CommandLine line, const std::vector<std::string>& arguments)
{
    std::string wait;
    bool wants_help_tree = false;
    CLI::App app{about, "onenode"};
    add_verbs(app, line, wait);
    app.add_subcommand(one::help_tree_verb)->group("")->parse_complete_callback([&] { wants_help_tree = true; });
    app.add_flag_callback(
        "--version",
        [&line] {
            line.verb = Verb::version;
            throw CLI::Success{};
        },
        "the version of onenode");

    std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};  // as CLI11 takes them
    try {
        app.parse(std::move(reversed));
    } catch (const CLI::CallForHelp& error) {
        return tl::unexpected{explain(app, error, arguments)};
    } catch (const CLI::Success&) {
        return line;
    } catch (const CLI::ParseError& error) {
        return tl::unexpected{explain(app, error, arguments)};
    }
    if (wants_help_tree) return tl::unexpected{NoCommand{Exit::ok, one::help_tree(app)}};
    if (!wait.empty()) line.join.wait = *one::parse_duration(wait);
    return line;
}

}  // namespace

bool asks_for_json(const std::vector<std::string>& arguments)
{
    return std::ranges::find(arguments, "--json") != arguments.end();
}

std::string verb_in(const std::vector<std::string>& arguments)
{
    const auto verb = std::ranges::find_if(arguments, is_verb);
    return verb != arguments.end() ? *verb : std::string{};
}

tl::expected<CommandLine, NoCommand> parse(const std::vector<std::string>& arguments)
{
    auto line = parse_onto({}, arguments);
    if (!line || line->config_file.empty()) return line;

    CommandLine with_file;
    const auto text = read_input_file(line->config_file);
    if (!text) return tl::unexpected{wrong(text.error())};
    if (const auto read = read_config(*text, with_file.join); !read) return tl::unexpected{wrong(read.error())};
    return parse_onto(std::move(with_file), arguments);
}

}  // namespace onenode::cli

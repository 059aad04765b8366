// The configuration file of `join`. CLI11's reader of TOML does the syntax; an unknown key is an error that names the
// nearest.
#include "nodeagent/cli/parse.hpp"

#include "common/text/duration.hpp"
#include "common/text/words.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <sstream>

namespace onenode::cli {
namespace {

using Values = std::vector<std::string>;

one::Result<> set_text(std::string& field, const Values& values, const std::string& key)
{
    if (values.size() > 1)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = key,
                          .reason = "one value was expected",
                          .doing = "read setting"});
    field = values.empty() ? std::string{} : values.front();  // CLI11 has no value for ""
    return {};
}

one::Result<> set_truth(bool& field, const Values& values, const std::string& key)
{
    if (values.size() != 1 || (values.front() != "true" && values.front() != "false"))
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = key,
                          .reason = "true or false was expected",
                          .doing = "read setting"});
    field = values.front() == "true";
    return {};
}

one::Result<> set_time(std::chrono::seconds& field, const Values& values, const std::string& key)
{
    std::string text;
    TRY(set_text(text, values, key));
    TRY_LET(field, one::parse_duration(text));
    return {};
}

constexpr std::array<std::string_view, 11> keys{"frontend", "token-file", "name",        "address",
                                                "type",     "cluster",    "fingerprint", "ca-file",
                                                "ignore",   "wait",       "unattended"};

one::Result<> set(JoinOptions& options, const std::string& key, const Values& values)
{
    if (key == "frontend") return set_text(options.frontend, values, key);
    if (key == "token-file") return set_text(options.token_file, values, key);
    if (key == "name") return set_text(options.name, values, key);
    if (key == "address") return set_text(options.address, values, key);
    if (key == "type") {
        TRY(set_text(options.type, values, key));
        if (options.type.empty() || options.type == "kvm" || options.type == "qemu" || options.type == "lxc") return {};
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = key,
                          .reason = "it is none of kvm, qemu, lxc",
                          .doing = "read setting"});
    }
    if (key == "cluster") return set_text(options.cluster, values, key);
    if (key == "fingerprint") return set_text(options.fingerprint, values, key);
    if (key == "ca-file") return set_text(options.ca_file, values, key);
    if (key == "wait") return set_time(options.wait, values, key);
    if (key == "unattended") return set_truth(options.unattended, values, key);
    if (key == "ignore") {
        options.ignore = values;
        std::erase(options.ignore, std::string{});
        return {};
    }
    const auto near = one::nearest(key, keys);
    return one::fail(
        {.kind = one::ErrorKind::invalid,
         .thing = key,
         .reason = "there is no such setting",
         .next = near.empty() ? "onenode join --print-config shows the settings" : "did you mean " + near + "?",
         .doing = "read setting"});
}

std::string in_quotes(std::string_view text)
{
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') result += '\\';
        result += letter;
    }
    return result + '"';
}

}  // namespace

one::Result<> read_config(std::string_view text, JoinOptions& options)
{
    std::vector<CLI::ConfigItem> items;
    try {
        std::istringstream stream{std::string{text}};
        items = CLI::ConfigTOML{}.from_config(stream);
    } catch (const std::exception& error) {
        return one::fail(
            {.kind = one::ErrorKind::invalid, .thing = "the settings", .reason = error.what(), .doing = "read"});
    }
    for (const auto& item : items) {
        if (item.name == "++" || item.name == "--") continue;  // how CLI11 marks sections
        TRY(set(options, item.parents.empty() ? item.name : item.fullname(), item.inputs));
    }
    return {};
}

std::string to_config(const JoinOptions& options)
{
    std::string ignore;
    for (const auto& id : options.ignore)
        ignore += (ignore.empty() ? "" : ", ") + in_quotes(id);
    return "frontend = " + in_quotes(options.frontend) + "\ntoken-file = " + in_quotes(options.token_file) +
           "\nname = " + in_quotes(options.name) + "\naddress = " + in_quotes(options.address) +
           "\ntype = " + in_quotes(options.type) + "\ncluster = " + in_quotes(options.cluster) +
           "\nfingerprint = " + in_quotes(options.fingerprint) + "\nca-file = " + in_quotes(options.ca_file) +
           "\nignore = [" + ignore + "]\nwait = " + in_quotes(one::to_text(options.wait)) +
           "\nunattended = " + (options.unattended ? "true" : "false") + '\n';
}

}  // namespace onenode::cli

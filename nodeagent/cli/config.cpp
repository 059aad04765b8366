// The configuration file of `join`: its keys are the flags without their dashes; an unknown one is an error that names
// the nearest.
#include "nodeagent/cli/config_text.hpp"
#include "nodeagent/cli/parse.hpp"
#include "nodeagent/core/risks.hpp"

#include "common/join_token.hpp"
#include "common/text/address.hpp"
#include "common/text/duration.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::cli {
namespace {

constexpr const char* header =
    "# onenode join --config FILE\n"
    "# The join token is not in here: give it by --token-file or in ONENODE_TOKEN. Without one an admin approves.\n";

one::Failure expected(const Setting& setting, std::string what)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = setting.key,
                      .reason = std::move(what) + " was expected",
                      .next = "onenode join --print-config shows how the settings are written",
                      .doing = "read setting"});
}

one::Result<> set_text(std::string& field, const Setting& setting)
{
    if (setting.is_list || !setting.in_quotes) return expected(setting, "one text in quotes");
    field = setting.values.front();
    return {};
}

one::Result<> set_list(std::vector<std::string>& field, const Setting& setting)
{
    if (!setting.in_quotes) return expected(setting, "a list of texts");
    field = setting.values;
    std::erase(field, std::string{});
    return {};
}

one::Result<> set_truth(bool& field, const Setting& setting)
{
    if (setting.in_quotes) return expected(setting, "true or false, without quotes,");
    field = setting.values.front() == "true";
    return {};
}

one::Result<> set_time(std::chrono::seconds& field, const Setting& setting)
{
    std::string text;
    TRY(set_text(text, setting));
    TRY_LET(field, one::parse_duration(text));
    return {};
}

// Held to the same rules as the flags.
one::Result<> set_type(std::string& field, const Setting& setting)
{
    TRY(set_text(field, setting));
    if (field.empty() || field == "kvm" || field == "qemu" || field == "lxc") return {};
    return expected(setting, "one of kvm, qemu, lxc");
}

one::Result<> set_address(std::string& field, const Setting& setting)
{
    TRY(set_text(field, setting));
    if (field.empty() || one::is_address(field)) return {};
    return expected(setting, "an IP address");
}

one::Result<> set_pin(std::string& field, const Setting& setting)
{
    TRY(set_text(field, setting));
    if (field.empty() || one::is_pin(field)) return {};
    return expected(setting, "a fingerprint as `onefrontend ca status` shows it");
}

one::Result<> set_risks(std::vector<std::string>& field, const Setting& setting)
{
    TRY(set_list(field, setting));
    const auto is_known = [](const std::string& risk) {
        return std::ranges::find(risks::of_join, risk) != risks::of_join.end();
    };
    if (std::ranges::all_of(field, is_known)) return {};
    return expected(setting, fmt::format("a list of {}", fmt::join(risks::of_join, ", ")));
}

constexpr std::array<std::string_view, 13> keys{"frontend",         "token-file",  "name",       "address", "type",
                                                "cluster",          "fingerprint", "ca-file",    "ignore",  "wait",
                                                "install-packages", "unattended",  "accept-risk"};

one::Result<> set(JoinOptions& options, const Setting& setting)
{
    const auto& key = setting.key;
    if (key == "frontend") return set_text(options.frontend, setting);
    if (key == "token-file") return set_text(options.token_file, setting);
    if (key == "name") return set_text(options.name, setting);
    if (key == "address") return set_address(options.address, setting);
    if (key == "type") return set_type(options.type, setting);
    if (key == "cluster") return set_text(options.cluster, setting);
    if (key == "fingerprint") return set_pin(options.fingerprint, setting);
    if (key == "ca-file") return set_text(options.ca_file, setting);
    if (key == "ignore") return set_list(options.ignore, setting);
    if (key == "accept-risk") return set_risks(options.accepted_risks, setting);
    if (key == "wait") return set_time(options.wait, setting);
    if (key == "install-packages") return set_truth(options.install_packages, setting);
    if (key == "unattended") return set_truth(options.unattended, setting);
    const auto near = one::nearest(key, keys);
    return one::fail(
        {.kind = one::ErrorKind::invalid,
         .thing = key,
         .reason = "there is no such setting",
         .next = near.empty() ? "onenode join --print-config shows the settings" : "did you mean " + near + "?",
         .doing = "read setting"});
}

}  // namespace

one::Result<> read_config(std::string_view text, JoinOptions& options)
{
    TRY_LET(const auto settings, read_settings(text));
    for (const auto& setting : settings)
        TRY(set(options, setting));
    return {};
}

std::string to_config(const JoinOptions& options)
{
    std::string text = header;
    const auto add = [&text](std::string_view key, const std::string& value) {
        if (!value.empty()) text += fmt::format("{} = {}\n", key, value);
    };
    const auto add_text = [&add](std::string_view key, const std::string& value) {
        if (!value.empty()) add(key, in_quotes(value));
    };
    const auto add_list = [&add](std::string_view key, std::vector<std::string> words) {
        for (auto& word : words)
            word = in_quotes(word);
        if (!words.empty()) add(key, fmt::format("[{}]", one::join(words, ", ")));
    };
    add_text("frontend", options.frontend);
    add_text("token-file", options.token_file);
    add_text("fingerprint", options.fingerprint);
    add_text("ca-file", options.ca_file);
    add_text("name", options.name);
    add_text("address", options.address);
    add_text("type", options.type);
    add_text("cluster", options.cluster);
    add_list("ignore", options.ignore);
    add_list("accept-risk", options.accepted_risks);
    if (options.wait != JoinOptions{}.wait) add_text("wait", one::to_text(options.wait));
    if (options.install_packages) add("install-packages", "true");
    if (options.unattended) add("unattended", "true");
    return text;
}

JoinOptions for_next_machine(JoinOptions options)
{
    options.name.clear();
    options.address.clear();
    options.ca_file.clear();  // the fingerprint says the same, and needs no file there
    if (options.token_file == "-") options.token_file.clear();
    options.dry_run = false;
    options.unattended = true;
    return options;
}

}  // namespace onenode::cli

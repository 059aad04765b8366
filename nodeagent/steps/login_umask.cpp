// pam_umask sets it where sshd's session has that module: from its argument, /etc/login.defs or /etc/default/login.
//
// Those files are the whole machine's, so ours goes into ~oneadmin/.bashrc, first: a file of people's begins with a
// `return` for shells that are not interactive.
#include "nodeagent/steps/login_umask.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/settings.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace onenode::steps {
namespace {

constexpr int deepest_include = 8;  // of files that include each other

std::optional<std::uint32_t> octal(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
    if (problem != std::errc{} || end != text.data() + text.size() || value > 0777) return std::nullopt;
    return value;
}

// "UMASK 077" of login.defs, "UMASK=077" of default/login.
std::optional<std::uint32_t> mask_in(std::string_view text)
{
    std::optional<std::uint32_t> found;
    for (const auto& line : active_lines(text)) {
        if (!line.starts_with("UMASK")) continue;
        auto value = std::string_view{line}.substr(5);
        if (value.empty() || (value.front() != '=' && value.front() != ' ' && value.front() != '\t')) continue;
        value.remove_prefix(1);
        value = one::trim(value);
        if (const auto mask = octal(one::take_word(value))) found = mask;
    }
    return found;
}

struct Module {
    std::string_view control{};  // "optional", "include"
    std::string_view name{};
    std::string_view arguments{};
};

// session [success=ok default=bad] pam_umask.so umask=027
std::optional<Module> session_module(std::string_view line)
{
    const auto type = one::take_word(line);
    if (type == "@include") return Module{.control = "include", .name = line};
    if (type != "session" && type != "-session") return std::nullopt;
    Module module;
    if (line.starts_with('[')) {
        const auto end = line.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        line = one::trim(line.substr(end + 1));
    } else {
        module.control = one::take_word(line);
    }
    module.name = one::take_word(line);
    module.arguments = line;
    return module;
}

std::optional<std::uint32_t> mask_of(const Module& module, const Facts& facts)
{
    for (const auto& argument : one::split_words(module.arguments))
        if (argument.starts_with("umask="))
            if (const auto mask = octal(std::string_view{argument}.substr(6))) return mask;
    if (const auto mask = mask_in(facts.text("/etc/login.defs"))) return mask;
    return mask_in(facts.text("/etc/default/login"));
}

// The last module that sets one counts.
std::optional<std::uint32_t> mask_by(const Facts& facts, std::string_view service, int depth)
{
    std::optional<std::uint32_t> mask;
    if (depth == 0) return mask;
    for (const auto& line : active_lines(facts.text(fmt::format("/etc/pam.d/{}", service)))) {
        const auto module = session_module(line);
        if (!module) continue;
        const bool includes = module->control == "include" || module->control == "substack";
        const bool sets = module->name == "pam_umask.so" || module->name.ends_with("/pam_umask.so");
        if (!includes && !sets) continue;
        if (const auto found = includes ? mask_by(facts, module->name, depth - 1) : mask_of(*module, facts))
            mask = found;
    }
    return mask;
}

}  // namespace

bool lets_others_read(std::uint32_t umask)
{
    return (umask & 0055) == 0;
}

std::uint32_t login_umask(const Facts& facts)
{
    return mask_by(facts, "sshd", deepest_include).value_or(usual_umask);
}

Changes want_login_umask(const Facts& facts)
{
    Changes changes;
    if (lets_others_read(login_umask(facts))) return changes;
    const auto text = facts.text(shell_settings);
    const FileFact* there = facts.file(shell_settings);
    want_file(changes, facts,
              {.path = std::string{shell_settings},
               .text = one::with_managed_block(text, block_name, {fmt::format("umask {:03o}", usual_umask)},
                                               one::BlockPlace::first),
               .mode = there != nullptr ? there->info.mode : 0644,
               .owner = "oneadmin",
               .block = std::string{block_name},
               .why = "QEMU and others read the disks that oneadmin makes, and this machine's logins take that away"});
    return changes;
}

}  // namespace onenode::steps

// What setsebool(8), semanage-fcontext(8) and restorecon(8) are told, and the files that show what came of it.
#include "nodeagent/core/selinux.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/must_obey.hpp"

#include <fmt/format.h>

namespace onenode::selinux {
namespace {

constexpr std::chrono::minutes limit{5};

Result<> change_policy(Host& host, std::vector<std::string> argv, std::string_view doing, std::string thing)
{
    const Command command{.argv = std::move(argv), .limit = limit};
    return must_obey(host, command, doing, std::move(thing), ErrorKind::busy);  // of another semanage; a full disk
}

// "/srv/x(/.*)?    system_u:object_r:virt_image_t:s0", sometimes with a "-d" or "--" between.
bool is_for(std::string_view line, std::string_view pattern)
{
    return one::take_word(line) == pattern;
}

std::string type_in(std::string_view line)
{
    const auto words = one::split_words(line);
    const std::string_view context = words.back();  // is_for found a word
    const auto role = context.find(':');
    const auto type = role == std::string_view::npos ? role : context.find(':', role + 1);
    if (type == std::string_view::npos) return std::string{context};  // "<<none>>"
    return std::string{context.substr(type + 1, context.find(':', type + 1) - type - 1)};
}

}  // namespace

bool enforces_now(const HostView& host)
{
    return host.read(enforces).value_or("").starts_with('1');
}

std::string file_of_boolean(std::string_view name)
{
    return fmt::format("/sys/fs/selinux/booleans/{}", name);
}

Result<bool> boolean(const HostView& host, std::string_view name)
{
    TRY_LET(const auto text, host.read(file_of_boolean(name)));
    return text.starts_with('1');
}

Result<> set_boolean(Host& host, const std::string& name, bool on)
{
    // without -V it keeps to itself why it could not
    return change_policy(host, {"setsebool", "-P", "-V", name, on ? "on" : "off"}, on ? "switch on" : "switch off",
                         "SELinux's boolean " + name);
}

std::string pattern_of(std::string_view tree)
{
    std::string pattern;
    for (const char letter : tree) {
        if (std::string_view{".^$?*+|[](){}\\"}.find(letter) != std::string_view::npos) pattern += '\\';
        pattern += letter;
    }
    return pattern + "(/.*)?";
}

std::string own_type_in(std::string_view rules, std::string_view tree)
{
    const auto pattern = pattern_of(tree);
    for (const auto& line : one::split_lines(rules))
        if (is_for(line, pattern)) return type_in(line);
    return {};
}

std::string own_type(const HostView& host, std::string_view tree)
{
    return own_type_in(host.read(own_rules).value_or(""), tree);
}

std::string with_own_type(std::string_view rules, std::string_view tree, std::string_view type)
{
    const auto pattern = pattern_of(tree);
    std::string text;
    for (const auto& line : one::split_lines(rules))
        if (!is_for(line, pattern)) text += line + '\n';
    if (!type.empty()) text += fmt::format("{}    system_u:object_r:{}:s0\n", pattern, type);
    return text;
}

Result<> set_own_type(Host& host, const std::string& tree, const std::string& type)
{
    const auto pattern = pattern_of(tree);
    const bool is_there = !own_type(host, tree).empty();  // semanage adds no rule twice, and changes none that is not
    if (type.empty() && !is_there) return {};
    if (type.empty())
        return change_policy(host, {"semanage", "fcontext", "--delete", pattern}, "take back the label of", tree);
    return change_policy(host, {"semanage", "fcontext", is_there ? "--modify" : "--add", "--type", type, pattern},
                         "label", tree);
}

Command relabel(std::vector<std::string> paths)
{
    paths.insert(paths.begin(), {"restorecon", "-i"});
    return {.argv = std::move(paths), .limit = limit};
}

Command relabel_tree(const std::string& tree)
{
    return {.argv = {"restorecon", "-i", "-R", tree}, .limit = limit};
}

}  // namespace onenode::selinux

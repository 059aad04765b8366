// setsebool, semanage fcontext and restorecon on the machine in memory: what they change stands in the files in which the
// real ones leave it. Their words and exit codes are those of policycoreutils 3.
#include "tests/unit/fake/fake_machine.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode {
namespace {

constexpr const char* own_rules = "/etc/selinux/targeted/contexts/files/file_contexts.local";

CommandOutput refused(std::string reason)
{
    return {.exit_code = 1, .out = {}, .err = std::move(reason)};
}

CommandOutput setsebool(FakeMachine& machine, const std::vector<std::string>& argv)
{
    const auto& name = argv.at(argv.size() - 2);
    const auto found = machine.files.find("/sys/fs/selinux/booleans/" + name);
    if (found == machine.files.end()) return refused("Boolean " + name + " is not defined");
    found->second.text = argv.back() == "on" ? "1 1" : "0 0";
    return {};
}

CommandOutput fcontext(FakeMachine& machine, const std::vector<std::string>& argv)
{
    auto& text = machine.files[own_rules].text;
    const auto& pattern = argv.back();
    std::string others;
    bool known = false;
    for (const auto& line : one::split_lines(text)) {
        const bool is_this = line.starts_with(pattern + ' ');
        known = known || is_this;
        if (!is_this) others += line + '\n';
    }
    const auto& verb = argv.at(2);
    if (verb == "--add" && known) return refused("ValueError: File context for " + pattern + " already defined");
    if (verb != "--add" && !known) return refused("ValueError: File context for " + pattern + " is not defined");
    text = others;
    if (verb != "--delete") text += fmt::format("{}    system_u:object_r:{}:s0\n", pattern, argv.at(4));
    return {};
}

}  // namespace

std::optional<CommandOutput> run_selinux_tool(FakeMachine& machine, const std::vector<std::string>& argv)
{
    if (argv.empty() || !machine.files.contains("/sys/fs/selinux/enforce")) return std::nullopt;
    if (argv[0] == "setsebool") return setsebool(machine, argv);
    if (argv[0] == "semanage" && argv.at(1) == "fcontext") return fcontext(machine, argv);
    if (argv[0] != "restorecon") return std::nullopt;
    return CommandOutput{};
}

}  // namespace onenode

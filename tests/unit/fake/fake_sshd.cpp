// sshd as far as its configuration goes: what its files say, and what the one that runs has read of them.
#include "tests/unit/fake/fake_machine.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace onenode {
namespace {

constexpr int pid = 700;

std::string lower(std::string text)
{
    for (auto& letter : text)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

/// Include /etc/ssh/sshd_config.d/*.conf
bool is_included(std::string_view path)
{
    constexpr std::string_view directory = "/etc/ssh/sshd_config.d/";
    return path.starts_with(directory) && path.ends_with(".conf") && path[directory.size()] != '.';
}

// "Match User oneadmin Address 10.0.0.1,10.0.0.2"
bool matches(const std::string& line, std::string_view address)
{
    const auto words = one::split_words(line);
    if (words.size() < 5) return true;
    return (',' + words[4] + ',').find(fmt::format(",{},", address)) != std::string::npos;
}

/// `sshd -T -C user=oneadmin,...`: what stands in a drop-in counts before the rest.
std::string settings_now(const FakeMachine& machine, std::string_view address)
{
    std::string text;
    std::set<std::string> set;
    for (const auto& [path, file] : machine.files) {
        if (!is_included(path) || file.kind != FileKind::file) continue;
        bool counts = true;
        for (const auto& line : one::split_lines(file.text)) {
            if (line.starts_with("Match ")) counts = matches(line, address);
            if (!line.starts_with("    ") || !counts) continue;
            std::string_view rest = line;
            const auto keyword = lower(std::string{one::take_word(rest)});
            set.insert(keyword);
            text += fmt::format("{} {}\n", keyword, rest);
        }
    }
    for (const auto& line : one::split_lines(machine.sshd))
        if (!set.contains(line.substr(0, line.find(' ')))) text += line + '\n';
    return text;
}

void read_files(FakeMachine& machine)
{
    std::string all = machine.sshd;
    for (const auto& [path, file] : machine.files)
        if (is_included(path)) all += file.text;
    std::erase_if(machine.processes, [](const Process& process) { return process.pid == pid; });
    machine.processes.push_back({.pid = pid, .argv = {"/usr/sbin/sshd", all}});
}

}  // namespace

void start_sshd(FakeMachine& machine, std::string settings)
{
    machine.sshd = std::move(settings);
    machine.files["/etc/ssh/sshd_config"] = {.text = "Include /etc/ssh/sshd_config.d/*.conf\n"};
    read_files(machine);
}

std::optional<CommandOutput> look_at_sshd(const FakeMachine& machine, const std::vector<std::string>& argv)
{
    if (machine.sshd.empty() || argv.size() < 2 || argv[0] != "sshd") return std::nullopt;
    if (argv[1] == "-t") return CommandOutput{};
    const auto& connection = argv.back();
    return CommandOutput{.out = settings_now(machine, connection.substr(connection.rfind('=') + 1))};
}

std::optional<CommandOutput> reload_sshd(FakeMachine& machine, const std::vector<std::string>& argv)
{
    const bool by_systemd = argv == std::vector<std::string>{"systemctl", "try-reload-or-restart", "ssh.service"};
    const bool by_signal = argv == std::vector<std::string>{"kill", "-HUP", std::to_string(pid)};
    if (machine.sshd.empty() || (!by_systemd && !by_signal)) return std::nullopt;
    read_files(machine);
    return CommandOutput{};
}

}  // namespace onenode

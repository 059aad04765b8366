// Which program reads which file, and how it is told to read it again. None of these commands ends a guest or a login.
#include "nodeagent/checks/repairs.hpp"

#include "common/text/words.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/packages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::chrono::seconds limit{60};  // a daemon that starts may take its time

class Commands {
public:
    void add(std::vector<std::string> argv)
    {
        const Command command{.argv = std::move(argv), .limit = limit};
        if (std::ranges::find(all_, command) == all_.end()) all_.push_back(command);
    }
    std::vector<Command> take() { return std::move(all_); }

private:
    std::vector<Command> all_{};
};

std::string_view path_of(const Change& change)
{
    if (const auto* file = std::get_if<WriteFile>(&change)) return file->path;
    if (const auto* link = std::get_if<MakeLink>(&change)) return link->path;
    if (const auto* attributes = std::get_if<SetAttributes>(&change)) return attributes->path;
    return {};
}

std::string_view last_of(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

/// ".../libvirtd.service.d/limits.conf" -> "libvirtd.service"
std::string_view unit_of_drop_in(std::string_view path)
{
    const auto directory = last_of(path.substr(0, path.rfind('/')));
    return directory.ends_with(".d") ? directory.substr(0, directory.size() - 2) : std::string_view{};
}

bool reads_anew(const Change& change)
{
    return path_of(change).starts_with("/etc/systemd/system/");
}

// sshd that is told to read what it cannot read would end.
void tell_sshd(Commands& commands, const HostView& host, const Changes& changes)
{
    const auto is_of_sshd = [](const Change& change) { return path_of(change).starts_with("/etc/ssh/"); };
    if (!has_systemd(host) || std::ranges::none_of(changes, is_of_sshd)) return;
    commands.add({"sshd", "-t"});
    commands.add({"systemctl", "try-reload-or-restart", fmt::format("{}.service", ssh_unit(host))});
}

void tell_kernel(Commands& commands, const Change& change)
{
    const auto* file = std::get_if<WriteFile>(&change);
    if (file == nullptr) return;
    if (file->path.starts_with("/etc/sysctl.d/")) commands.add({"sysctl", "--load=" + file->path});
    if (file->path.starts_with("/etc/modules-load.d/"))
        for (const auto& line : one::split_lines(file->text))
            if (!line.empty() && !line.starts_with('#')) commands.add({"modprobe", line});
}

void tell_systemd(Commands& commands, const HostView& host, const Change& change)
{
    const auto path = path_of(change);
    if (path.starts_with("/var/lib/systemd/linger/"))
        commands.add({"loginctl", "enable-linger", std::string{last_of(path)}});
    if (!has_systemd(host)) return;
    if (path == qemu_conf) commands.add({"systemctl", "try-restart", libvirt_daemon(host) + ".service"});
    if (!reads_anew(change)) return;
    if (std::holds_alternative<MakeLink>(change)) commands.add({"systemctl", "start", std::string{last_of(path)}});
    if (const auto unit = unit_of_drop_in(path); !unit.empty())
        commands.add({"systemctl", "try-restart", std::string{unit}});
}

}  // namespace

std::vector<Command> to_take_effect(const HostView& host, const Changes& changes)
{
    Commands commands;
    tell_sshd(commands, host, changes);
    if (has_systemd(host) && std::ranges::any_of(changes, reads_anew)) commands.add({"systemctl", "daemon-reload"});
    for (const auto& change : changes) {
        tell_kernel(commands, change);
        tell_systemd(commands, host, change);
    }
    return commands.take();
}

std::vector<Command> to_lose_effect(const HostView& host, const Changes& changes)
{
    Commands commands;
    tell_sshd(commands, host, changes);
    if (has_systemd(host) && std::ranges::any_of(changes, reads_anew)) commands.add({"systemctl", "daemon-reload"});
    return commands.take();
}

}  // namespace onenode::checks

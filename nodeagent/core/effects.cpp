// Which program reads which file, and how it is told to read it again.
#include "nodeagent/core/effects.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/effects_of.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/selinux.hpp"
#include "nodeagent/firewall/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

constexpr std::chrono::seconds limit{60};  // a daemon that starts may take its time
constexpr std::string_view sshd_files = "/etc/ssh/";
constexpr std::string_view units = "/etc/systemd/system/";

class Collected {
public:
    void add(std::vector<std::vector<std::string>> commands)
    {
        Effect effect;
        for (auto& argv : commands)
            effect.commands.push_back({.argv = std::move(argv), .limit = limit});
        take(std::move(effect));
    }
    void take(Effect effect)
    {
        if (std::ranges::find(all_, effect) == all_.end()) all_.push_back(std::move(effect));
    }
    Effects all() && { return std::move(all_); }

private:
    Effects all_{};
};

bool is_any_in(std::string_view directory, const std::vector<std::string>& paths)
{
    return std::ranges::any_of(paths, [directory](const auto& path) { return path.starts_with(directory); });
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

/// The daemon itself, by the file it keeps; empty where it does not run.
std::string pid_of_sshd(const HostView& host)
{
    const auto text = std::string{one::trim(host.read("/run/sshd.pid").value_or(""))};
    const int pid = one::to_number<int>(text).value_or(0);
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const auto found = std::ranges::find(processes, pid, &Process::pid);
    const bool is_sshd =
        found != processes.end() && !found->argv.empty() && found->argv.front().find("sshd") != std::string::npos;
    return is_sshd ? text : std::string{};
}

// sshd that is told to read what it cannot read would end.
void tell_sshd(Collected& effects, const HostView& host)
{
    if (has_systemd(host))
        effects.add(
            {{"sshd", "-t"}, {"systemctl", "try-reload-or-restart", fmt::format("{}.service", ssh_unit(host))}});
    else if (auto pid = pid_of_sshd(host); !pid.empty())
        effects.add({{"sshd", "-t"}, {"kill", "-HUP", std::move(pid)}});
}

// A reload of either leaves connections alone.
void tell_firewalls(Collected& effects, const HostView& host, const std::vector<std::string>& paths)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const bool runs_firewalld = std::ranges::any_of(processes, [](const Process& process) {  // a Python script
        return std::ranges::any_of(process.argv, [](const auto& word) { return word.ends_with("/firewalld"); });
    });
    if (is_any_in("/etc/firewalld/", paths) && runs_firewalld) effects.add({{"firewall-cmd", "--reload"}});
    const auto ufw = one::split_lines(host.read("/etc/ufw/ufw.conf").value_or(""));
    if (is_any_in("/etc/ufw/", paths) && std::ranges::find(ufw, "ENABLED=yes") != ufw.end())
        effects.add({{"ufw", "reload"}});
}

// nftables itself has no file that it reads again: what ours says is put beside the chains that are there now.
void tell_packet_filter(Collected& effects, const HostView& host, const std::vector<std::string>& paths,
                        const Changes& changes)
{
    if (std::ranges::find(paths, firewall::file) == paths.end()) return;
    std::string text;
    for (const auto& change : changes)
        if (const auto* file = std::get_if<WriteFile>(&change); file != nullptr && file->path == firewall::file)
            text = file->text;
    for (auto& commands : firewall::commands_left(firewall::gather(host), firewall::read_openings(text)))
        effects.add(std::move(commands));
}

bool runs_no_guest(const HostView& host)
{
    const auto guests = all_guests(host);
    return guests && guests->empty();
}

void tell_readers(Collected& effects, const HostView& host, const std::vector<std::string>& paths)
{
    if (is_any_in(sshd_files, paths)) tell_sshd(effects, host);
    if (is_any_in(units, paths) && has_systemd(host)) effects.add({{"systemctl", "daemon-reload"}});
}

// What is made anew gets the label of its directory, which is rarely its own: sshd reads no authorized_keys with that of
// /var/lib.
void tell_selinux(Collected& effects, const HostView& host, const std::vector<std::string>& paths,
                  const Changes& changes)
{
    if (!host.stat(selinux::enforces) || !host.find_program("restorecon")) return;
    auto made = paths;
    for (const auto& change : changes)
        if (const auto* directory = std::get_if<MakeDirectory>(&change)) made.push_back(directory->path);
    if (!made.empty()) effects.take({.commands = {selinux::relabel(std::move(made))}});
    for (const auto& change : changes)
        if (const auto* files = std::get_if<LabelFiles>(&change))
            effects.take({.commands = {selinux::relabel_tree(files->tree)}});
}

void tell_kernel(Collected& effects, const Change& change)
{
    const auto* file = std::get_if<WriteFile>(&change);
    if (file == nullptr) return;
    if (file->path.starts_with("/etc/sysctl.d/")) effects.add({{"sysctl", "--load=" + file->path}});
    if (file->path.starts_with("/etc/modules-load.d/"))
        for (const auto& line : one::split_lines(file->text))
            if (!line.empty() && !line.starts_with('#')) effects.add({{"modprobe", line}});
}

Command restart_of_libvirt(const HostView& host)
{
    return {.argv = {"systemctl", "try-restart", libvirt_daemon(host) + ".service"}, .limit = limit};
}

void tell_systemd(Collected& effects, const HostView& host, const Change& change, const std::string& path)
{
    if (path.starts_with("/var/lib/systemd/linger/"))
        effects.add({{"loginctl", "enable-linger", std::string{last_of(path)}}});
    if (!has_systemd(host)) return;
    if (path == qemu_conf) effects.take({.commands = {restart_of_libvirt(host)}});
    if (!path.starts_with(units)) return;
    if (std::holds_alternative<MakeLink>(change)) effects.add({{"systemctl", "start", std::string{last_of(path)}}});
    if (const auto unit = unit_of_drop_in(path); !unit.empty())
        effects.add({{"systemctl", "try-restart", std::string{unit}}});
}

}  // namespace

bool is_read(const Change& change)
{
    return path_of(change) != nullptr && !std::holds_alternative<MakeDirectory>(change);
}

Effects effects_of(const HostView& host, const std::vector<std::string>& paths, const Changes& changes)
{
    Collected effects;
    tell_selinux(effects, host, paths, changes);  // before anybody reads them
    tell_readers(effects, host, paths);
    tell_firewalls(effects, host, paths);
    tell_packet_filter(effects, host, paths, changes);
    for (const auto& change : changes) {
        tell_kernel(effects, change);
        if (const auto* path = path_of(change)) tell_systemd(effects, host, change, *path);
    }
    return std::move(effects).all();
}

Effects to_take_effect(const HostView& host, const Changes& changes)
{
    std::vector<std::string> paths;
    for (const auto& change : changes)
        if (is_read(change)) paths.push_back(*path_of(change));
    return effects_of(host, paths, changes);
}

// Whoever does not run is not started, and libvirt is not restarted under guests.
Effects to_lose_effect(const HostView& host, const std::vector<std::string>& paths)
{
    auto effects = effects_of(host, paths, {});
    if (std::ranges::find(paths, qemu_conf) != paths.end() && has_systemd(host) && runs_no_guest(host))
        effects.push_back({.commands = {restart_of_libvirt(host)}});
    return effects;
}

std::string to_shell(const std::vector<Command>& commands)
{
    std::vector<std::string> lines;
    for (const auto& command : commands)
        lines.push_back(one::to_shell(command.argv));
    return one::join(lines, " && ");
}

}  // namespace onenode

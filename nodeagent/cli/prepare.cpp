// A golden image: what no two machines may share goes, and the next boot makes it anew. What is copied is not joined: each
// copy joins by itself.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/cli/verbs.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/settings.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::cli {
namespace {

constexpr const char* machine_id = "/etc/machine-id";
constexpr const char* ssh_directory = "/etc/ssh";
// Debian's sshd makes no keys by itself.
constexpr const char* unit = "/etc/systemd/system/onenode-host-keys.service";
constexpr const char* wants = "/etc/systemd/system/multi-user.target.wants";
constexpr const char* wanted_unit = "/etc/systemd/system/multi-user.target.wants/onenode-host-keys.service";
constexpr const char* unit_text = R"([Unit]
Description=SSH host keys of a machine that was copied from an image
Documentation=man:onenode-prepare(8)
Before=ssh.service sshd.service

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
ExecStartPost=/bin/rm -f /etc/systemd/system/onenode-host-keys.service /etc/systemd/system/multi-user.target.wants/onenode-host-keys.service
)";
constexpr const char* random_seed_unit = "systemd-random-seed.service";
constexpr int unit_is_not_loaded = 5;  // systemctl(1): a systemd that was built without it
constexpr std::array<std::string_view, 3> storage_names{"/etc/iscsi/initiatorname.iscsi", "/etc/nvme/hostnqn",
                                                        "/etc/nvme/hostid"};
constexpr std::array<std::string_view, 2> libvirt_settings{"/etc/libvirt/libvirtd.conf", "/etc/libvirt/virtqemud.conf"};

struct Unique {
    std::string_view path;
    std::string_view why;
};

constexpr std::array others{
    Unique{"/var/lib/dbus/machine-id", "the same id once more"},
    Unique{"/var/lib/systemd/random-seed", "copies would begin with the same random numbers"},
    Unique{"/var/lib/systemd/credential.secret", "what one copy encrypts, another one could read"},
};

struct Gone {
    std::string path{};
    std::string_view why{};
};

bool is_file(const HostView& host, std::string_view path)
{
    const auto info = host.stat(path);
    return info && info->kind == FileKind::file;
}

Result<std::vector<Gone>> what_goes(const HostView& host)
{
    std::vector<Gone> gone;
    const auto names = host.list(ssh_directory);
    if (!names && names.error().kind != ErrorKind::not_found) return one::fail(names.error());
    for (const auto& name : names.value_or(std::vector<std::string>{}))
        if (name.starts_with("ssh_host_"))
            gone.push_back(
                {fmt::format("{}/{}", ssh_directory, name), "whoever has one copy could pose as all others"});
    for (const auto& other : others)
        if (is_file(host, other.path)) gone.push_back({std::string{other.path}, other.why});
    if (host.stat(places::identity_dir)) gone.push_back({places::identity_dir, "keys of a join that did not get far"});
    if (host.stat(places::approval)) gone.push_back({places::approval, "an admin's yes would count for every copy"});
    return gone;
}

Error cannot_prepare(ErrorKind kind, std::string reason, std::string next)
{
    return {.kind = kind,
            .thing = "this machine",
            .reason = std::move(reason),
            .next = std::move(next),
            .doing = "prepare"};
}

Result<> must_be_nobodys(const HostView& host)
{
    TRY_LET(const auto member, load_membership(host));
    if (member)
        return one::fail(
            cannot_prepare(ErrorKind::conflict,
                           fmt::format("it belongs to {}, and its copies would all be the same node", member->frontend),
                           "onenode leave"));
    TRY_LET(const auto guests, all_guests(host));
    if (guests.empty()) return {};
    return one::fail(cannot_prepare(ErrorKind::conflict,
                                    fmt::format("{} run here, and would be in every copy", one::join(guests, ", ")),
                                    "shut them down, or move them away"));
}

// Storage knows a machine by these; two of the same name at one target destroy data. Distributions make them when a
// package is installed, and not again.
void warn_of_storage(Terminal& terminal, const HostView& host)
{
    for (const auto path : storage_names) {
        if (!is_file(host, path)) continue;
        terminal.warn("storage-names", fmt::format("{} names this machine to storage, and would name every copy", path),
                      fmt::format("let each copy make its own before it uses such storage: {}", path));
    }
}

// The board's own UUID counts where nobody set one; a setting would make all copies the same machine to libvirt.
void warn_of_libvirt(Terminal& terminal, const HostView& host)
{
    for (const auto path : libvirt_settings) {
        const auto uuid = setting_in(host.read(path).value_or(""), "host_uuid", Counts::last);
        if (!uuid) continue;
        terminal.warn("libvirt-host-uuid", fmt::format("{} sets host_uuid: no guest migrates between two copies", path),
                      fmt::format("take host_uuid out of {}", path));
    }
}

Result<bool> is_wanted(const PrepareOptions& options)
{
    if (options.yes) return true;
    if (!has_terminal())
        return one::fail(
            cannot_prepare(ErrorKind::unsupported, "there is no terminal to ask at", "onenode prepare --yes"));
    return ask_yes_or_no("Make this machine an image? Until its next boot nobody logs in by SSH. (yes/no) ");
}

// The id goes last: where it is empty and all else is as it has to be, an earlier run came to its end.
bool is_prepared(const HostView& host, const std::vector<Gone>& gone)
{
    if (!gone.empty() || host.read(machine_id) != "") return false;
    return !has_systemd(host) || (host.read(unit) == unit_text && host.read_link(wanted_unit) == unit);
}

// It would write the seed once more as it ends.
Result<> stop_random_seed(Host& host)
{
    const Command stop{.argv = {"systemctl", "stop", random_seed_unit}};
    TRY_LET(const auto output, host.run(stop).map_error(one::while_doing("stop")));
    if (output.ok() || output.exit_code == unit_is_not_loaded) return {};
    return one::fail({.kind = ErrorKind::busy,
                      .thing = random_seed_unit,
                      .reason = complaint_of(output),
                      .next = one::to_shell(stop.argv) + ", then run the same command again",
                      .doing = "stop"});
}

Result<> make_it_so(Host& host, const std::vector<Gone>& gone)
{
    if (has_systemd(host)) {  // before the keys go
        TRY(host.write({.path = unit, .text = unit_text}).map_error(one::while_doing("write")));
        TRY(host.make_directory({.path = wants}).map_error(one::while_doing("make")));
        TRY(host.remove(wanted_unit).map_error(one::while_doing("remove")));
        TRY(host.make_link(wanted_unit, unit).map_error(one::while_doing("link")));
        TRY(stop_random_seed(host));
    }
    for (const auto& one : gone)
        TRY(host.remove_tree(one.path).map_error(one::while_doing("remove")));
    return host.write({.path = machine_id, .text = "", .mode = 0444}).map_error(one::while_doing("write"));
}

Result<Exit> go(const PrepareOptions& options, World& world)
{
    TRY(must_be_root(*world.host, "prepare"));
    TRY_LET(const auto lock, enter(world));
    TRY(must_be_nobodys(*world.host));
    Terminal& terminal = *world.terminal;
    terminal.begin("prepare");
    TRY_LET(const auto gone, what_goes(*world.host));
    const bool prepared = is_prepared(*world.host, gone);
    if (world.host->read(machine_id) != "")
        terminal.say(fmt::format("empty {}: the next boot makes another one", machine_id));
    for (const auto& one : gone)
        terminal.say(fmt::format("remove {}: {}", one.path, one.why));
    warn_of_libvirt(terminal, *world.host);
    warn_of_storage(terminal, *world.host);
    if (!has_systemd(*world.host))
        terminal.warn("host-keys", "systemd does not run here, which would make SSH host keys at the next boot",
                      "let each copy run ssh-keygen -A before its sshd starts");
    if (prepared) {
        terminal.finish("prepare", "unchanged",
                        "This machine was prepared before, and did not boot since: nothing was changed. Switch it off "
                        "now.",
                        terminal.exit());
        return terminal.exit();
    }
    if (!options.dry_run) {
        TRY_LET(const bool wanted, is_wanted(options));
        if (wanted) {
            TRY(make_it_so(*world.host, gone));
            terminal.finish(
                "prepare", "prepared",
                "This machine can be copied. Switch it off now: its next boot, and that of every copy, makes it a "
                "machine of its own.",
                terminal.exit());
            return terminal.exit();
        }
    }
    terminal.finish("prepare", options.dry_run ? "planned" : "unchanged", "Nothing was changed.", terminal.exit());
    return terminal.exit();
}

}  // namespace

Exit prepare(const PrepareOptions& options, World& world)
{
    const auto done = go(options, world);
    if (done) return *done;
    world.terminal->fail("prepare", done.error(), {}, Exit::failed);
    return Exit::failed;
}

}  // namespace onenode::cli

// The mkdir and rsync of OpenNebula's host sync, as it runs them, with their errors kept.
#include "frontend/proofs/host_sync.hpp"

#include "common/text/printable.hpp"
#include "frontend/proofs/ssh_environment.hpp"
#include "frontend/proofs/ssh_trouble.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace onefrontend {
namespace {

using one::CommandOutput;
using one::Result;

constexpr std::chrono::milliseconds mkdir_limit{5'000};
constexpr std::chrono::milliseconds rsync_limit{80'000};  // some 7 MB the first time; the node waits 3 minutes for all
constexpr std::string_view id = "host-sync";

enum class Side { node, frontend };

struct Known {
    std::string_view says;
    Side side;
    std::string_view cause;
    std::string_view fix;  // DIR stands for the directory on the node, SOURCE for ours
};

// rsync names the end that failed: sender is the front-end, receiver and generator are the node. First match counts.
constexpr std::array known{
    Known{"is your shell clean", Side::node, "the node's login shell prints something into rsync's protocol",
          "on the node: find what prints in ~oneadmin/.bashrc, /etc/bash.bashrc, /etc/profile.d"},
    Known{"rsync: command not found", Side::node, "rsync is not installed on the node",
          "on the node: apt install rsync (or dnf install rsync)"},
    Known{"rsync: not found", Side::node, "rsync is not installed on the node",
          "on the node: apt install rsync (or dnf install rsync)"},
    Known{"remote command not found", Side::node, "rsync is not installed on the node",
          "on the node: apt install rsync (or dnf install rsync)"},
    Known{"No space left on device", Side::node, "the disk below DIR is full", "on the node: df -h DIR; df -i DIR"},
    Known{"Disk quota exceeded", Side::node, "oneadmin's quota below DIR is used up", "on the node: quota -u oneadmin"},
    Known{"Read-only file system", Side::node, "DIR is on a read-only file system",
          "on the node: findmnt -T DIR; dmesg | tail"},
    Known{"symlink has no referent", Side::frontend, "a link below SOURCE leads nowhere",
          "on the front-end: find -L SOURCE -type l"},
    Known{"[sender] send_files failed to open", Side::frontend, "oneadmin cannot read a file below SOURCE",
          "on the front-end: chown -R oneadmin: SOURCE"},
    Known{"[sender] ", Side::frontend, "oneadmin cannot read all of SOURCE",
          "on the front-end: ls -ld SOURCE; chown -R oneadmin: SOURCE"},
    Known{"Operation not permitted", Side::node, "DIR, or something in it, belongs to somebody else",
          "on the node: chown -R oneadmin: DIR"},
    Known{"Permission denied (13)", Side::node, "oneadmin may not write DIR",
          "on the node: ls -ld DIR; chown -R oneadmin: DIR"},
    Known{"protocol incompatibility", Side::node,
          "what answers on the node is not rsync: a forced command or a printing shell",
          "on the node: sshd -T -C user=oneadmin | grep -i forcecommand"},
    Known{"vanished before they could be transferred", Side::frontend, "somebody changed SOURCE meanwhile",
          "try again"},
};

void replace_all(std::string& text, std::string_view word, const std::string& value)
{
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size()))
        text.replace(at, word.size(), value);
}

std::string filled(std::string_view text, const Config& config)
{
    std::string copy{text};
    replace_all(copy, "DIR", config.remote_scripts_dir);
    replace_all(copy, "SOURCE", config.remotes_dir);
    return copy;
}

std::string_view name_of(Side side)
{
    return side == Side::node ? "on the node" : "on the front-end";
}

// The line that says why; rsync's summary comes after it.
std::string telling_line(const std::string& standard_error)
{
    const auto at = standard_error.find("rsync: ");
    const auto line =
        at == std::string::npos ? std::string_view{standard_error} : std::string_view{standard_error}.substr(at);
    return one::plain_line(line.substr(0, line.find('\n')));
}

Finding broken_sync(const CommandOutput& output, const Config& config, const std::string& name)
{
    const std::string what = fmt::format("rsync of {} to {}:{} ended with {}", config.remotes_dir, name,
                                         config.remote_scripts_dir, output.exit_code);
    for (const Known& each : known) {
        if (output.err.find(each.says) == std::string::npos) continue;
        return broken(id,
                      fmt::format("{}; {}: {} ({})", what, name_of(each.side), filled(each.cause, config),
                                  telling_line(output.err)),
                      filled(each.fix, config));
    }
    if (auto trouble = explain_ssh(output.err, name); !trouble.cause.empty())
        return broken(id, fmt::format("{}; {}", what, trouble.cause), trouble.fix);
    return broken(id, fmt::format("{}: {}", what, telling_line(output.err)),
                  fmt::format("on the front-end, as {}: cd {} && rsync -LRaz --delete . {}:{}/", config.ssh_user,
                              config.remotes_dir, name, config.remote_scripts_dir));
}

Finding broken_here(const Result<CommandOutput>& here, const Config& config)
{
    if (!here) return broken(id, here.error());
    return broken(
        id,
        fmt::format("{} cannot make {} on the front-end, which OpenNebula does before each synchronisation: {}",
                    config.ssh_user, config.remote_scripts_dir, one::plain_line(here->err)),
        fmt::format("on the front-end: install -d -o {} {}", config.ssh_user, config.remote_scripts_dir));
}

}  // namespace

HostSync sync_host(const Config& config, const std::string& name)
{
    HostSync sync;
    sync.here = one::run_command(as_oned(config, {"mkdir", "-p", config.remote_scripts_dir}, mkdir_limit));
    auto rsync =
        as_oned(config, {"rsync", "-LRaz", "--delete", ".", name + ':' + config.remote_scripts_dir + '/'}, rsync_limit);
    rsync.directory = config.remotes_dir;
    sync.rsync = one::run_command(rsync);
    return sync;
}

Finding judge_sync(const HostSync& sync, const Config& config, const std::string& name)
{
    if (!sync.here || !sync.here->ok()) return broken_here(sync.here, config);
    if (!sync.rsync) {
        auto error = sync.rsync.error();
        if (error.kind == one::ErrorKind::not_found && error.thing == "rsync")
            error.next = "on the front-end: apt install rsync (or dnf install rsync)";
        return broken(id, error);
    }
    if (!sync.rsync->ok()) return broken_sync(*sync.rsync, config, name);
    return proven(id, fmt::format("OpenNebula's files are in {} on the node", config.remote_scripts_dir));
}

}  // namespace onefrontend

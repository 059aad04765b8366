// Programs that read their files once have to be told of a change: sshd, systemd, libvirt, the kernel. None of the
// commands ends a guest or a login. Whom it concerns stands on disk before the first change is made, so that whoever
// comes after a kill tells them.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode {

struct Effect {
    std::vector<Command> commands{};  // each only where the one before was obeyed
    bool operator==(const Effect&) const = default;
};
using Effects = std::vector<Effect>;

/// What has to be run, in order, before these changes count.
Effects to_take_effect(const HostView& host, const Changes& changes);
/// The same for files that are as they were before; services that were started and modules that were loaded stay, and so
/// does what libvirt has read while guests run.
Effects to_lose_effect(const HostView& host, const std::vector<std::string>& paths);
/// "sshd -t && systemctl try-reload-or-restart ssh.service"
std::string to_shell(const std::vector<Command>& commands);

struct Untold {                       // what did not work; the mark stays, and the next apply tries again
    std::vector<Command> commands{};  // that were not obeyed, and those that wait for them
    std::string why{};                // of the first one
    [[nodiscard]] bool empty() const { return commands.empty(); }
};

/// Before the first of these changes is made, or the first of these files is given back.
Result<> mark_untold(Host& host, const Journal& journal, const Changes& changes);
Result<> mark_untold(Host& host, const Journal& journal, const std::vector<std::string>& paths);
/// Somebody was killed, or not obeyed, between a change and its effect.
bool is_untold(const HostView& host, std::string_view state_directory);

/// All that is marked, as the journal has it.
Result<Untold> tell(Host& host, const Journal& journal);
/// The same after an undo: nothing is started any more.
Result<Untold> tell_of_undo(Host& host, const Journal& journal);

}  // namespace onenode

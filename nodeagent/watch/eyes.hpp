// What tells the agent that something on the machine changed, so that it need not look every so often. Real: inotify
// and netlink (file_eye, address_eye); in tests: a call.
#pragma once

#include "common/async.hpp"
#include "nodeagent/watch/checkup.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace onenode {

using one::Async;
using one::Result;

enum class Woken { changed, time_passed, cancelled };

class Eye {
public:
    virtual ~Eye() = default;
    /// Ends when something changed since the last call ended, or when this time is over; without one it waits for ever.
    virtual Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) = 0;
};

class FileEye : public Eye {
public:
    /// These paths from now on, present or not; one that ends in a slash is a directory with all that stands in it. What
    /// changed before and was not told yet will be.
    virtual Result<> watch(const std::vector<std::string>& paths) = 0;
};

/// All quick checks of a joined node. Blocks.
using LookAtHealth = std::function<Result<Checkup>()>;

struct Eyes {  // none of them: not looked at
    FileEye* files = nullptr;
    FileEye* libvirt = nullptr;
    FileEye* way_in = nullptr;
    Eye* addresses = nullptr;
    Eye* host_name = nullptr;
    std::function<std::unique_ptr<Eye>()> firewall{};  // once rules of ours stand: to listen loads nf_tables
    LookAtHealth health{};
    std::string blind{};  // what could not be opened, why, and what to do
};

/// Goes on once it is quiet: several changes in a row are one. False when the wait was cancelled.
Async<bool> until_quiet(Eye& eye, std::chrono::milliseconds quiet);

}  // namespace onenode

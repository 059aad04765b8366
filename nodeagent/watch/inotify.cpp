// Directories that are watched, names in them that matter, and what the kernel says about them.
#include "nodeagent/watch/inotify.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace onenode {
namespace {

// Not every write of a file that is being written: its close. And the directory itself, which may be moved away; never
// the one that a link in its place points to, where anything may go on.
constexpr std::uint32_t what_matters = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                       IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW |
                                       IN_EXCL_UNLINK;
const std::string everything{};  // what follows the slash of "/etc/sudoers.d/"
constexpr std::uint32_t about_the_directory = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

one::Failure cannot_watch(const std::string& path)
{
    const int number = errno;
    auto error = one::error_from_errno(number, path);
    error.doing = "watch";
    if (number == ENOSPC) {
        error.reason = "this machine allows no more inotify watches";
        error.next = "raise the limit (sysctl fs.inotify.max_user_watches), then systemctl restart onenode";
    }
    if (number == EMFILE) {
        error.reason = "this machine allows no more inotify instances";
        error.next = "raise the limit (sysctl fs.inotify.max_user_instances), then systemctl restart onenode";
    }
    return one::fail(std::move(error));
}

}  // namespace

Result<std::unique_ptr<Inotify>> Inotify::open(const one::asio::any_io_executor& executor)
{
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return cannot_watch("files of this machine");
    return std::unique_ptr<Inotify>{new Inotify{Descriptor{executor, descriptor}}};
}

/// Where the directory is missing, the nearest one above it tells when it comes.
Result<int> Inotify::add_nearest(const std::string& path, std::string& name)
{
    std::string directory = path;
    for (;;) {
        const auto slash = directory.rfind('/');
        if (slash == std::string::npos) return cannot_watch(path);
        name = directory.substr(slash + 1);
        directory.erase(slash);
        const int watch =
            ::inotify_add_watch(descriptor_.native_handle(), directory.empty() ? "/" : directory.c_str(), what_matters);
        if (watch >= 0) return watch;
        if ((errno != ENOENT && errno != ENOTDIR) || directory.empty()) return cannot_watch(path);
    }
}

Result<> Inotify::watch(const std::vector<std::string>& paths)
{
    ++adding_;
    std::map<int, std::set<std::string>> names;
    Result<> outcome;
    for (const auto& path : paths) {
        std::string name;
        const auto watch = add_nearest(path, name);
        if (watch)
            names[*watch].insert(std::move(name));
        else if (outcome)
            outcome = one::fail(watch.error());  // the others are watched all the same
    }
    const std::lock_guard guard{names_lock_};
    --adding_;
    for (const auto& [watch, ignored] : names_)
        if (!names.contains(watch)) ::inotify_rm_watch(descriptor_.native_handle(), watch);
    names_ = std::move(names);
    return outcome;
}

bool Inotify::read_events()
{
    bool matters = false;
    alignas(inotify_event) std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return matters;
        const std::lock_guard guard{names_lock_};
        const auto end = static_cast<std::size_t>(count);
        inotify_event event{};
        for (std::size_t at = 0; at + sizeof event <= end; at += sizeof event + event.len) {
            std::memcpy(&event, buffer.data() + at, sizeof event);
            if ((event.mask & IN_Q_OVERFLOW) != 0) matters = true;
            const auto watched = names_.find(event.wd);
            if (watched == names_.end()) {  // of a watch that was given up, or is so new that we do not know it yet
                matters = matters || adding_ > 0;
                continue;
            }
            const std::string name = event.len == 0 ? "" : std::string{buffer.data() + at + sizeof event};
            const auto& names = watched->second;
            const bool is_wanted = names.contains(name) || names.contains(everything);
            if ((event.mask & about_the_directory) != 0 || is_wanted) matters = true;
        }
    }
}

Async<Woken> Inotify::changed(std::optional<std::chrono::milliseconds> limit)
{
    std::optional<std::chrono::steady_clock::time_point> end;
    if (limit) end = std::chrono::steady_clock::now() + *limit;
    for (;;) {
        if (read_events()) co_return Woken::changed;
        const Woken woken = co_await until_readable(descriptor_, end);
        if (woken != Woken::changed) co_return woken;
    }
}

}  // namespace onenode

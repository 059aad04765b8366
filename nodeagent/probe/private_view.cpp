// A mount namespace of its own. Disks first: afterwards, what lies in memory hides some of their mount points.
#include "nodeagent/probe/private_view.hpp"

#include "common/command.hpp"

#include <mntent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::probe {
namespace {

using one::Result;

constexpr const char* scratch = "/tmp";
constexpr const char* shared = "/var/tmp";
constexpr const char* copies = "/tmp/var-tmp";
// Devices, /proc, /sys, and what is gone after a reboot. All else is storage, also what no disk of ours holds: NFS, Ceph.
constexpr std::array<std::string_view, 18> kept_by_the_kernel{
    "autofs", "bpf",  "cgroup", "cgroup2", "debugfs",    "devpts",     "devtmpfs", "fusectl", "hugetlbfs",
    "mqueue", "nsfs", "proc",   "pstore",  "rpc_pipefs", "securityfs", "sysfs",    "tmpfs",   "tracefs"};
constexpr std::array written_by_probes{"/var/tmp/one", "/var/tmp/one_db"};
constexpr std::chrono::seconds time_to_copy{20};

Result<> done(int result, std::string_view doing, std::string_view thing)
{
    if (result == 0) return {};
    auto error = one::error_from_errno(errno, std::string{thing});
    error.doing = doing;
    if (error.kind == one::ErrorKind::denied) error.next = "run this as root, where mounting is allowed";
    return one::fail(std::move(error));
}

// As a new mount of the same directory must have them: a mount's options are not the file system's.
unsigned long options_of(const char* path)
{
    struct statvfs now {};
    if (::statvfs(path, &now) != 0) return 0;
    unsigned long options = 0;
    for (const auto& [flag, option] : {std::pair<unsigned long, unsigned long>{ST_RDONLY, MS_RDONLY},
                                       {ST_NOSUID, MS_NOSUID},
                                       {ST_NODEV, MS_NODEV},
                                       {ST_NOEXEC, MS_NOEXEC},
                                       {ST_NOATIME, MS_NOATIME},
                                       {ST_NODIRATIME, MS_NODIRATIME},
                                       {ST_RELATIME, MS_RELATIME}})
        if ((now.f_flag & flag) != 0) options |= option;
    return options;
}

Result<> change_options(const char* path, unsigned long options)
{
    return done(::mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | options, nullptr), "mount again", path);
}

struct Mount {
    std::string path{};
    unsigned long options = 0;
};

// Of the table alone: a network file system whose server is away would hold whoever asks it.
unsigned long options_in(const mntent& mount)
{
    unsigned long options = 0;
    for (const auto& [word, option] : {std::pair<const char*, unsigned long>{"nosuid", MS_NOSUID},
                                       {"nodev", MS_NODEV},
                                       {"noexec", MS_NOEXEC},
                                       {"noatime", MS_NOATIME},
                                       {"nodiratime", MS_NODIRATIME},
                                       {"relatime", MS_RELATIME}})
        if (::hasmntopt(&mount, word) != nullptr) options |= option;
    return options;
}

bool lasts(const mntent& mount)
{
    return std::ranges::find(kept_by_the_kernel, std::string_view{mount.mnt_type}) == kept_by_the_kernel.end();
}

Result<std::vector<Mount>> mounted_storage()
{
    const std::unique_ptr<FILE, int (*)(FILE*)> table{::setmntent("/proc/self/mounts", "re"), ::endmntent};
    if (!table) return one::fail(one::error_from_errno(errno, "/proc/self/mounts"));
    std::vector<Mount> storage;
    mntent mount{};
    std::array<char, 16384> text;
    while (::getmntent_r(table.get(), &mount, text.data(), static_cast<int>(text.size())) != nullptr)
        if (lasts(mount)) storage.push_back({mount.mnt_dir, options_in(mount)});
    return storage;
}

// What another mount hides cannot be written either.
bool is_hidden(int number)
{
    return number == ENOENT || number == EINVAL || number == ENOTDIR;
}

Result<> freeze_storage()
{
    TRY_LET(const auto storage, mounted_storage());
    for (const auto& [path, options] : storage) {
        const int result = ::mount(nullptr, path.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | options, nullptr);
        if (result != 0 && is_hidden(errno)) continue;
        TRY(done(result, "mount again", path));
    }
    return {};
}

Result<> copy(const char* directory)
{
    struct stat there {};
    if (::lstat(directory, &there) != 0) return {};
    TRY_LET(const auto output,
            one::run_command({.argv = {"cp", "-a", "--", directory, copies}, .limit = time_to_copy}));
    if (output.ok()) return {};
    return one::fail({.thing = directory, .reason = complaint_of(output), .doing = "copy"});
}

}  // namespace

Result<> enter_private_view()
{
    TRY(done(::unshare(CLONE_NEWNS), "make", "a mount namespace"));
    TRY(done(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "detach", "the mounts"));
    const auto options = options_of(written_by_probes.front()) & ~static_cast<unsigned long>(MS_RDONLY);
    TRY(freeze_storage());
    TRY(done(::mount("onenode", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=1g"), "mount", scratch));
    TRY(done(::mkdir(copies, 0700), "make", copies));
    TRY(done(::chmod(copies, 01777), "open", copies));
    for (const char* directory : written_by_probes)
        TRY(copy(directory));
    TRY(done(::mount(copies, shared, nullptr, MS_BIND, nullptr), "mount", shared));
    return change_options(shared, options);
}

}  // namespace onenode::probe

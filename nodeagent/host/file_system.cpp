// statfs(2) gives a magic number, statvfs(3) the flags and the counts.
#include "nodeagent/host/file_system.hpp"

#include <fmt/format.h>

#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <limits>

namespace onenode {
namespace {

struct Name {
    std::uint32_t magic;
    std::string_view name;
};

constexpr std::array names{
    Name{0xef53, "ext4"},        Name{0x58465342, "xfs"},  Name{0x9123683e, "btrfs"},    Name{0x01021994, "tmpfs"},
    Name{0x794c7630, "overlay"}, Name{0x6969, "nfs"},      Name{0xff534d42, "cifs"},     Name{0xfe534d42, "cifs"},
    Name{0x65735546, "fuse"},    Name{0x2fc12fc1, "zfs"},  Name{0x73717368, "squashfs"}, Name{0xf15f, "ecryptfs"},
    Name{0x00c36400, "ceph"},    Name{0x01161970, "gfs2"}, Name{0x7461636f, "ocfs2"},
};

std::string name_of(std::uint32_t magic)
{
    for (const auto& known : names)
        if (known.magic == magic) return std::string{known.name};
    return fmt::format("{:#x}", magic);
}

}  // namespace

Result<FileSystem> file_system_of(int fd, const std::string& path)
{
    struct statfs kind {};
    struct statvfs counts {};
    if (::fstatfs(fd, &kind) != 0 || ::fstatvfs(fd, &counts) != 0) return one::fail(one::error_from_errno(errno, path));
    return FileSystem{
        .type = name_of(static_cast<std::uint32_t>(kind.f_type)),
        .no_exec = (counts.f_flag & ST_NOEXEC) != 0,
        .no_suid = (counts.f_flag & ST_NOSUID) != 0,
        .read_only = (counts.f_flag & ST_RDONLY) != 0,
        .free_bytes = counts.f_bavail * counts.f_frsize,
        // btrfs makes inodes as it goes and counts none
        .free_inodes = counts.f_files == 0 ? std::numeric_limits<std::uint64_t>::max() : counts.f_favail,
    };
}

}  // namespace onenode

// A temporary file beside the old one, its owner, mode and label set, synced, renamed over it, the directory synced.
#include "nodeagent/host/write_file.hpp"

#include "nodeagent/host/rights.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace onenode {
namespace {

bool is_kept(std::string_view mark)
{
    return mark == "security.selinux" || mark == "system.posix_acl_access" || mark.starts_with("user.");
}

std::vector<std::string> marks_of(int fd)
{
    std::vector<char> names(static_cast<std::size_t>(std::max<ssize_t>(::flistxattr(fd, nullptr, 0), 0)));
    const auto size = ::flistxattr(fd, names.data(), names.size());
    std::vector<std::string> marks;
    for (std::string_view rest{names.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))}; !rest.empty();) {
        const auto name = rest.substr(0, rest.find('\0'));
        if (is_kept(name)) marks.emplace_back(name);
        rest.remove_prefix(name.size() + 1);
    }
    return marks;
}

bool write_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        const auto count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// A file system without labels has none to lose: what cannot be read is not there.
void copy_marks(const Place& place, int to)
{
    OwnersRights rights{place.owner};  // who cannot read the file shall not get its marks through us
    const Fd from{::openat(place.directory.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    rights.give_back();
    if (!from.open()) return;
    for (const auto& name : marks_of(from.get())) {
        const auto size = ::fgetxattr(from.get(), name.c_str(), nullptr, 0);
        if (size < 0) continue;
        std::vector<char> value(static_cast<std::size_t>(size));
        const auto got = ::fgetxattr(from.get(), name.c_str(), value.data(), value.size());
        if (got == size) (void)::fsetxattr(to, name.c_str(), value.data(), value.size(), 0);
    }
}

bool set_owner(int fd, Owner owner)
{
    struct stat info {};
    if (::fstat(fd, &info) != 0) return false;
    return (info.st_uid == owner.uid && info.st_gid == owner.gid) || ::fchown(fd, owner.uid, owner.gid) == 0;
}

Result<> refuse_what_is_no_file(const Place& place, std::string_view path)
{
    struct stat info {};
    if (::fstatat(place.directory.get(), place.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 || S_ISREG(info.st_mode))
        return {};
    if (S_ISLNK(info.st_mode)) return one::fail(file_error(ELOOP, place, path, "write"));
    return one::fail(file_error(S_ISDIR(info.st_mode) ? EISDIR : EEXIST, place, path, "write"));
}

/// Read in the moment before it is replaced: others edit files, too, and nobody locks them.
bool says(const Place& place, std::string_view text)
{
    const Fd fd{::openat(place.directory.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!fd.open()) return errno == ENOENT && text.empty();
    std::string there(text.size() + 1, '\0');  // one more than it may be
    std::size_t size = 0;
    while (size < there.size()) {
        const auto count = ::read(fd.get(), there.data() + size, there.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        size += static_cast<std::size_t>(count);
    }
    return std::string_view{there}.substr(0, size) == text;
}

Error edited_meanwhile(std::string_view path)
{
    return {.kind = ErrorKind::conflict,
            .thing = std::string{path},
            .reason = "somebody else changes it at the same time",
            .next = "run the same command again",
            .doing = "write"};
}

int flags_of(const Place& place, const char* name)
{
    int flags = 0;
    const Fd fd{::openat(place.directory.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    return fd.open() && ::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) == 0 ? flags : 0;
}

}  // namespace

Error file_error(int number, const Place& place, std::string_view path, std::string_view doing)
{
    Error error = one::error_from_errno(number, std::string{path});
    error.doing = doing;
    if (number != EPERM) return error;
    for (const auto* name : {place.name.c_str(), "."}) {
        if ((flags_of(place, name) & (FS_IMMUTABLE_FL | FS_APPEND_FL)) == 0) continue;
        const auto thing = name == place.name ? std::string{path} : std::string{path.substr(0, path.rfind('/'))};
        error.reason = thing + " may not be changed (chattr +i or +a)";
        error.next = "chattr -i -a " + thing + ", then run the same command again";
    }
    return error;
}

Result<> sync_directory(const Place& place, std::string_view path)
{
    if (::fsync(place.directory.get()) == 0 || errno == EINVAL) return {};  // some file systems cannot sync a directory
    return one::fail(file_error(errno, place, path, "sync the directory of"));
}

Result<> remove_leftover(const Place& place, std::string_view path)
{
    const OwnersRights rights{place.owner};
    if (::unlinkat(place.directory.get(), leftover_name(place.name).c_str(), 0) == 0 || errno == ENOENT) return {};
    if (errno == EROFS) return {};  // said before anybody looks whether there is one: the write itself tells of it
    return one::fail(file_error(errno, place, path, "remove the remains of a killed write of"));
}

Result<> write_file(const Place& place, const FileSpec& file, Owner owner)
{
    TRY(refuse_what_is_no_file(place, file.path));
    TRY(remove_leftover(place, file.path));
    const auto name = leftover_name(place.name);
    const auto failed = [&](int number) {
        const OwnersRights rights{place.owner};
        ::unlinkat(place.directory.get(), name.c_str(), 0);
        return one::fail(file_error(number, place, file.path, "write"));
    };

    OwnersRights rights{place.owner};
    const Fd fd{
        ::openat(place.directory.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!fd.open()) return one::fail(file_error(errno, place, file.path, "write"));
    if (!write_all(fd.get(), file.text)) return failed(errno);
    rights.give_back();  // another owner than the directory's is root's to give; the descriptor is ours

    copy_marks(place, fd.get());
    const auto mode = mode_to_give(file.mode, place.owner, owner.uid);
    if (!set_owner(fd.get(), owner) || ::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) return failed(errno);

    const OwnersRights again{place.owner};
    if (file.over && !says(place, *file.over)) {
        ::unlinkat(place.directory.get(), name.c_str(), 0);
        return one::fail(edited_meanwhile(file.path));
    }
    if (::renameat(place.directory.get(), name.c_str(), place.directory.get(), place.name.c_str()) != 0)
        return failed(errno);
    return sync_directory(place, file.path);
}

Result<> append_file(const Place& place, std::string_view path, std::string_view text)
{
    const OwnersRights rights{place.owner};
    const bool existed = ::faccessat(place.directory.get(), place.name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    const Fd fd{::openat(place.directory.get(), place.name.c_str(),
                         O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
    struct stat info {};
    if (!fd.open() || ::fstat(fd.get(), &info) != 0) return one::fail(file_error(errno, place, path, "write"));
    if (!S_ISREG(info.st_mode)) return one::fail(file_error(EEXIST, place, path, "write"));
    const bool has_mode = existed || ::fchmod(fd.get(), 0600) == 0;  // whatever our umask is
    if (!has_mode || !write_all(fd.get(), text) || ::fdatasync(fd.get()) != 0) {
        const int number = errno;
        (void)!::ftruncate(fd.get(), info.st_size);  // half a record would spoil the next one
        return one::fail(file_error(number, place, path, "write"));
    }
    return existed ? Result<>{} : sync_directory(place, path);
}

}  // namespace onenode

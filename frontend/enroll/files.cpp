// Small files, read whole and replaced whole.
#include "frontend/enroll/files.hpp"

#include "common/fd.hpp"
#include "common/text/encoding.hpp"

#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace onefrontend {
namespace {

using one::Result;

one::Failure cannot(std::string_view doing, const std::string& path, int number = errno)
{
    one::Error error = one::error_from_errno(number, path);
    error.doing = doing;
    return one::fail(std::move(error));
}

std::string directory_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

Result<> write_all(int file, std::string_view text, const std::string& path)
{
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot("write", path);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> fill(const std::string& path, std::string_view text, mode_t mode, Owner owner)
{
    const one::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file.open()) return cannot("create", path);
    TRY(write_all(file.get(), text, path));
    if (::fchown(file.get(), owner.user, owner.group) != 0) return cannot("give away", path);
    if (::fchmod(file.get(), mode) != 0) return cannot("set the mode of", path);
    if (::fsync(file.get()) != 0) return cannot("sync", path);
    return {};
}

Result<one::Fd> open_regular(const std::string& path, Links links)
{
    const int no_links = links == Links::refuse ? O_NOFOLLOW : 0;
    one::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_links)};
    if (!file.open()) return cannot("read", path);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return cannot("read", path);
    if (!S_ISREG(info.st_mode))
        return one::fail(
            {.kind = one::ErrorKind::invalid, .thing = path, .reason = "it is no regular file", .doing = "read"});
    return file;
}

Result<std::string> read_up_to(const one::Fd& file, std::size_t most, const std::string& path)
{
    std::string text;
    std::string piece(4096, '\0');
    while (text.size() < most) {
        const auto count = ::read(file.get(), piece.data(), std::min(piece.size(), most - text.size()));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannot("read", path);
        if (count == 0) break;
        text.append(piece, 0, static_cast<std::size_t>(count));
    }
    return text;
}

Result<> sync_directory(const std::string& path)
{
    const one::Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory.open() || ::fsync(directory.get()) != 0) return cannot("sync", path);
    return {};
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, Links links, std::size_t largest)
{
    TRY_LET(const one::Fd file, open_regular(path, links));
    TRY_LET(auto text, read_up_to(file, largest + 1, path));
    if (text.size() > largest)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = path,
                          .reason = fmt::format("it is larger than {} MiB", largest / small_file),
                          .doing = "read"});
    return text;
}

Result<bool> has_text(const std::string& path, std::string_view text)
{
    auto file = open_regular(path, Links::follow);
    if (!file && file.error().kind == one::ErrorKind::not_found) return false;
    if (!file) return one::fail(std::move(file).error());
    TRY_LET(const auto present, read_up_to(*file, text.size() + 1, path));
    return present == text;
}

Result<> replace_file(const std::string& path, std::string_view text, mode_t mode, Owner owner)
{
    const std::string temporary = path + ".new-" + one::to_hex(one::random_bytes(6));
    auto filled = fill(temporary, text, mode, owner);
    if (filled && ::rename(temporary.c_str(), path.c_str()) != 0) filled = cannot("replace", path);
    if (!filled) {
        ::unlink(temporary.c_str());
        return filled;
    }
    return sync_directory(directory_of(path));
}

Result<> make_directory(const std::string& path, mode_t mode, Owner owner)
{
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot("create", path);
    const one::Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
    if (!directory.open()) return cannot("open", path);
    if (::fchown(directory.get(), owner.user, owner.group) != 0) return cannot("give away", path);
    if (::fchmod(directory.get(), mode) != 0) return cannot("set the mode of", path);
    return {};
}

std::vector<std::string> files_like(const std::string& directory, std::string_view begin, std::string_view end)
{
    std::vector<std::string> paths;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing{::opendir(directory.c_str()), &::closedir};
    if (!listing) return paths;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name{entry->d_name};
        if (name.starts_with(begin) && name.ends_with(end)) paths.push_back(fmt::format("{}/{}", directory, name));
    }
    std::ranges::sort(paths);
    return paths;
}

std::string file_stamp(const std::string& path)
{
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return path + "=absent\n";
    return fmt::format("{}={}:{}:{}.{}\n", path, info.st_ino, info.st_size, info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

}  // namespace onefrontend

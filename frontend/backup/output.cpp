// A hidden temporary file beside it, fsync, rename.
#include "frontend/backup/output.hpp"

#include "frontend/backup/tree.hpp"

#include <fcntl.h>
#include <stdio.h>  // renameat2
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace onefrontend::backup {
namespace {

one::Failure taken(const std::string& path)
{
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = path,
                      .reason = "something is there already, and a backup replaces nothing",
                      .next = "name a new file",
                      .doing = "write"});
}

}  // namespace

one::Result<Output> Output::begin(const std::string& path)
{
    const std::filesystem::path whole{path};
    const auto parent = whole.parent_path().string();
    TRY_LET(auto folder, open_folder(parent.empty() ? "." : parent));
    Output output{std::move(folder), {}, path, whole.filename()};
    struct stat info {};
    if (::fstatat(output.folder_.get(), output.name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return taken(path);
    one::Fd file{
        ::openat(output.folder_.get(), output.part().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file.open()) return cannot("write", path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return one::fail(
            {.kind = one::ErrorKind::busy, .thing = path, .reason = "another backup writes it", .doing = "write"});
    if (::ftruncate(file.get(), 0) != 0 || ::fchmod(file.get(), 0600) != 0) return cannot("write", path);
    output.file_ = std::move(file);
    return output;
}

Output::~Output()
{
    if (file_.open()) ::unlinkat(folder_.get(), part().c_str(), 0);
}

one::Result<> Output::commit()
{
    if (::fsync(file_.get()) != 0) return cannot("write", path_);
    const auto from = part();
    int done = ::renameat2(folder_.get(), from.c_str(), folder_.get(), name_.c_str(), RENAME_NOREPLACE);
    if (done != 0 && errno == EEXIST) return taken(path_);
    if (done != 0 && errno == EINVAL)  // a file system that cannot promise it
        done = ::renameat(folder_.get(), from.c_str(), folder_.get(), name_.c_str());
    if (done != 0) return cannot("write", path_);
    file_.close();
    if (::fsync(folder_.get()) != 0 && errno != EINVAL) return cannot("write", path_);
    return {};
}

}  // namespace onefrontend::backup

// A descriptor of its own, since whoever reads a directory moves its place in it.
#include "common/directory.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

namespace one {
namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

Result<std::vector<std::string>> names_in(int directory, const std::string& path)
{
    const int again = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseDirectory> open{again < 0 ? nullptr : ::fdopendir(again)};
    if (!open) return fail(error_from_errno(errno, path));
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(open.get());
        if (entry == nullptr) break;
        const std::string_view name{static_cast<const char*>(entry->d_name)};
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return fail(error_from_errno(errno, path));
    std::ranges::sort(names);
    return names;
}

}  // namespace one

// Reads what is there; replaces what changes, each file in one step.
#include "frontend/cli/configured_files.hpp"

#include "common/text/words.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

namespace onefrontend::cli {
namespace {

using one::Result;

std::string directory_of(const std::string& path)
{
    return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

Result<std::optional<std::string>> read_where_there(const std::string& path)
{
    auto text = read_small_file(path, Links::refuse);
    if (!text && text.error().kind == one::ErrorKind::not_found) return std::optional<std::string>{};
    if (!text) return one::fail(text.error());
    return std::optional{*std::move(text)};
}

/// Missing directories are made as their parent is; ~/.ssh for its owner alone.
Result<> make_missing(const std::string& directory)
{
    struct stat info {};
    if (directory.size() <= 1 || ::stat(directory.c_str(), &info) == 0) return {};
    const auto parent = directory_of(directory);
    TRY(make_missing(parent));
    if (::stat(parent.c_str(), &info) != 0) return one::fail(one::error_from_errno(errno, parent));
    return make_directory(directory, directory.ends_with("/.ssh") ? 0700 : 0755, Owner{info.st_uid, info.st_gid});
}

}  // namespace

Result<configure::Texts> files_there(const Place& place)
{
    configure::Texts texts;
    for (const auto& target : configure::targets()) {
        TRY_LET(auto text, read_where_there(place.root + std::string{target.path}));
        if (text) texts.emplace(target.path, *std::move(text));
    }
    return texts;
}

Result<configure::Texts> files_to_start_from(const Place& place)
{
    TRY_LET(auto texts, files_there(place));
    if (place.from.empty()) return texts;
    for (const auto& target : configure::targets()) {
        TRY_LET(auto text, read_where_there(place.from + std::string{target.path}));
        if (text) texts.insert_or_assign(std::string{target.path}, *std::move(text));
    }
    return texts;
}

Result<> write_file(const Place& place, const configure::Target& target, const std::string& text)
{
    const auto path = place.root + std::string{target.path};
    const auto directory = directory_of(path);
    TRY(make_missing(directory));
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0)
        return replace_file(path, text, info.st_mode & 07777U, Owner{info.st_uid, info.st_gid});
    if (::stat(directory.c_str(), &info) != 0) return one::fail(one::error_from_errno(errno, directory));
    return replace_file(path, text, target.mode, Owner{info.st_uid, info.st_gid});
}

Result<one::Secret> read_secret(const Place& place, const std::string& path)
{
    TRY_LET(auto text, read_small_file(place.root + path));
    one::Secret whole{std::move(text)};
    one::Secret line{one::trim(whole.reveal().substr(0, whole.reveal().find('\n')))};
    if (line.empty())
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = path,
                          .reason = "its first line is empty",
                          .next = "write the secret into it",
                          .doing = "take a secret from"});
    return line;
}

}  // namespace onefrontend::cli

// Reads what is there; replaces what changes, each file in one step.
#include "frontend/cli/configured_files.hpp"

#include "common/text/encoding.hpp"
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

/// As the directory's, where we may give files away.
Owner owner_of(const struct stat& info)
{
    return ::geteuid() == 0 ? Owner{info.st_uid, info.st_gid} : Owner{};
}

constexpr std::string_view record = "/etc/one/.configured";

/// Missing directories are made as their parent is; ~/.ssh for its owner alone.
Result<> make_missing(const std::string& directory)
{
    struct stat info {};
    if (directory.size() <= 1 || ::stat(directory.c_str(), &info) == 0) return {};
    const auto parent = directory_of(directory);
    TRY(make_missing(parent));
    if (::stat(parent.c_str(), &info) != 0) return one::fail(one::error_from_errno(errno, parent));
    return make_directory(directory, directory.ends_with("/.ssh") ? 0700 : 0755, owner_of(info));
}

}  // namespace

std::string path_of(const Place& place, std::string_view target)
{
    if (place.image && target == configure::onefrontend_yaml) return "/etc/one/onefrontend/onefrontend.yaml";
    if (place.image && target == configure::sshd_conf) return "/etc/one/onefrontend/sshd.conf";
    return std::string{target};
}

Result<configure::Settings> load_settings(const std::string& path)
{
    TRY_LET(const auto text, read_small_file(path));
    auto settings = configure::read_settings(text);
    if (!settings) settings.error().thing += " in " + path;
    return settings;
}

Result<configure::Texts> files_there(const Place& place)
{
    configure::Texts texts;
    for (const auto& target : configure::targets()) {
        TRY_LET(auto text, read_where_there(place.root + path_of(place, target.path)));
        if (text) texts.emplace(target.path, *std::move(text));
    }
    return texts;
}

Result<configure::Texts> files_to_start_from(const Place& place)
{
    TRY_LET(auto texts, files_there(place));
    if (place.from.empty()) return texts;
    for (const auto& target : configure::targets()) {
        TRY_LET(auto text, read_where_there(place.from + path_of(place, target.path)));
        if (text) texts.insert_or_assign(std::string{target.path}, *std::move(text));
    }
    return texts;
}

Result<> write_file(const Place& place, const configure::Target& target, const std::string& text)
{
    const auto path = place.root + path_of(place, target.path);
    const auto directory = directory_of(path);
    TRY(make_missing(directory));
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0) return replace_file(path, text, info.st_mode & 07777U, owner_of(info));
    if (::stat(directory.c_str(), &info) != 0) return one::fail(one::error_from_errno(errno, directory));
    return replace_file(path, text, target.mode, owner_of(info));
}

configure::Texts written_before(const Place& place)
{
    configure::Texts digests;
    const auto text = read_where_there(place.root + std::string{record});
    if (!text || !*text) return digests;
    for (const auto& line : one::split_lines(**text)) {
        const auto blank = line.find(' ');
        if (blank != std::string::npos) digests.emplace(line.substr(blank + 1), line.substr(0, blank));
    }
    return digests;
}

Result<> remember_written(const Place& place, const configure::Texts& files)
{
    std::string text;
    for (const auto& [path, content] : files)
        text += fmt::format("{} {}\n", digest_of_text(content), path);
    const auto path = place.root + std::string{record};
    const auto present = read_where_there(path);
    if (present && *present && **present == text) return {};
    TRY(make_missing(directory_of(path)));
    return replace_file(path, text, 0640);
}

std::string digest_of_text(const std::string& text)
{
    return one::to_hex(one::sha256(text));
}

Result<std::string> keep_aside(const Place& place, const configure::Target& target, const std::string& text)
{
    auto path = path_of(place, target.path) + ".replaced";
    struct stat info {};
    ::lstat((place.root + path_of(place, target.path)).c_str(), &info);
    TRY(replace_file(place.root + path, text, info.st_mode & 0777U, owner_of(info)));
    return path;
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

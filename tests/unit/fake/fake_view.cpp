// Looking: files, accounts, programs, names.
#include "tests/unit/fake/fake_host.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace onenode {
namespace {

using one::error_from_errno;
using one::fail;

FileInfo info_of(const FakeFile& file)
{
    return {.kind = file.kind, .mode = file.mode, .uid = file.uid, .gid = file.gid, .size = file.text.size()};
}

}  // namespace

Result<std::string> FakeHost::read(std::string_view path) const
{
    TRY_LET(const auto real, follow(machine_, path));
    const auto found = machine_.files.find(real);
    if (found == machine_.files.end()) return fail(error_from_errno(ENOENT, std::string{path}));
    if (found->second.kind == FileKind::directory) return fail(error_from_errno(EISDIR, std::string{path}));
    if (found->second.kind != FileKind::file) return fail(error_from_errno(ENXIO, std::string{path}));
    return found->second.text;
}

Result<FileInfo> FakeHost::stat(std::string_view path) const
{
    if (path == "/") return info_of(machine_.files.at("/"));
    TRY_LET(const auto real, place(path));
    const auto found = machine_.files.find(real);
    if (found == machine_.files.end()) return fail(error_from_errno(ENOENT, std::string{path}));
    return info_of(found->second);
}

Result<std::string> FakeHost::read_link(std::string_view path) const
{
    TRY_LET(const auto real, place(path));
    const auto found = machine_.files.find(real);
    if (found == machine_.files.end()) return fail(error_from_errno(ENOENT, std::string{path}));
    if (found->second.kind != FileKind::symlink) return fail(error_from_errno(EINVAL, std::string{path}));
    return found->second.text;
}

Result<std::vector<std::string>> FakeHost::list(std::string_view directory) const
{
    TRY_LET(const auto real, follow(machine_, directory));
    const auto found = machine_.files.find(real);
    if (found == machine_.files.end()) return fail(error_from_errno(ENOENT, std::string{directory}));
    if (found->second.kind != FileKind::directory) return fail(error_from_errno(ENOTDIR, std::string{directory}));
    std::vector<std::string> names;
    for (const auto& [path, file] : machine_.files)
        if (path != "/" && parent_of(path) == real) names.push_back(path.substr(path.rfind('/') + 1));
    return names;
}

Result<FileSystem> FakeHost::file_system(std::string_view path) const
{
    for (std::string here{path};; here = parent_of(here)) {
        if (const auto found = file_systems_.find(here); found != file_systems_.end()) return found->second;
        if (here == "/") return FileSystem{.type = "ext4", .free_bytes = 100ULL << 30, .free_inodes = 1'000'000};
    }
}

Result<User> FakeHost::user(std::string_view name) const
{
    const auto found = machine_.users.find(name);
    if (found == machine_.users.end())
        return fail(
            {.kind = ErrorKind::not_found, .thing = fmt::format("user {}", name), .reason = "there is no such user"});
    return found->second;
}

Result<User> FakeHost::user_by_id(std::uint32_t uid) const
{
    for (const auto& [name, user] : machine_.users)
        if (user.uid == uid) return user;
    return fail({.kind = ErrorKind::not_found, .thing = fmt::format("uid {}", uid), .reason = "no user has it"});
}

Result<Group> FakeHost::group(std::string_view name) const
{
    const auto found = machine_.groups.find(name);
    if (found == machine_.groups.end())
        return fail(
            {.kind = ErrorKind::not_found, .thing = fmt::format("group {}", name), .reason = "there is no such group"});
    return found->second;
}

Result<Group> FakeHost::group_by_id(std::uint32_t gid) const
{
    for (const auto& [name, group] : machine_.groups)
        if (group.gid == gid) return group;
    return fail({.kind = ErrorKind::not_found, .thing = fmt::format("gid {}", gid), .reason = "no group has it"});
}

Result<CommandOutput> FakeHost::look(const Command& command) const
{
    const std::scoped_lock lock{looking_.mutex};
    looked_.push_back(command);
    if (auto answer = look_at_sshd(machine_, command.argv)) return *std::move(answer);
    const Answer* best = nullptr;
    std::size_t words_matched = 0;
    for (const auto& [words, answer] : answers_) {
        if (words.size() > command.argv.size() || words.size() < words_matched) continue;
        if (!std::equal(words.begin(), words.end(), command.argv.begin())) continue;
        best = &answer;
        words_matched = words.size();
    }
    if (best != nullptr) return (*best)(command);
    return fail({.kind = ErrorKind::not_found,
                 .thing = command.argv.empty() ? std::string{} : command.argv.front(),
                 .reason = "no such program",
                 .doing = "run"});
}

std::optional<std::string> FakeHost::find_program(std::string_view name, Login login) const
{
    static constexpr std::array directories{"/usr/local/bin",  "/usr/bin",  "/bin",
                                            "/usr/local/sbin", "/usr/sbin", "/sbin"};
    const std::size_t searched = login == Login::root ? directories.size() : 3;
    for (std::size_t index = 0; index < searched; ++index) {
        auto path = fmt::format("{}/{}", directories[index], name);
        const auto found = stat(path);
        if (found && found->kind != FileKind::directory && (found->mode & 0111) != 0) return path;
    }
    return std::nullopt;
}

Result<std::vector<std::string>> FakeHost::resolve(std::string_view name) const
{
    for (const auto& line : one::split_lines(read("/etc/hosts").value_or(""))) {
        const auto words = one::split_words(line);
        if (words.size() > 1 && std::find(words.begin() + 1, words.end(), name) != words.end())
            return std::vector{words[0]};
    }
    const std::scoped_lock lock{looking_.mutex};
    ++names_asked_;
    if (!name_server_lives_)
        return fail(
            {.kind = ErrorKind::timeout, .thing = std::string{name}, .reason = "no answer", .doing = "resolve"});
    const auto found = names_.find(name);
    if (found == names_.end())
        return fail({.kind = ErrorKind::not_found,
                     .thing = std::string{name},
                     .reason = "the name is not known",
                     .doing = "resolve"});
    return found->second;
}

}  // namespace onenode

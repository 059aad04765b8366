// Changing, one step at a time, so that a fault may come between any two.
#include "tests/unit/fake/fake_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace onenode {
namespace {

using one::error_from_errno;
using one::fail;

class FakeLock : public Lock {
public:
    FakeLock(std::set<std::string, std::less<>>& locked, std::string path) : locked_(&locked), path_(std::move(path))
    {
        locked_->insert(path_);
    }
    ~FakeLock() override { locked_->erase(path_); }
    FakeLock(const FakeLock&) = delete;
    FakeLock& operator=(const FakeLock&) = delete;

private:
    std::set<std::string, std::less<>>* locked_;
    std::string path_;
};

std::string leftover_of(std::string_view path)
{
    const auto parent = parent_of(path);
    return fmt::format("{}{}.{}.onenode~", parent, parent == "/" ? "" : "/", path.substr(path.rfind('/') + 1));
}

std::optional<std::uint32_t> as_number(std::string_view text)
{
    std::uint32_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

Result<std::pair<std::uint32_t, std::uint32_t>> FakeHost::ids(std::string_view owner, std::string_view group_name) const
{
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    if (const auto number = as_number(owner)) {
        uid = *number;
        if (const auto known = user_by_id(uid)) gid = known->gid;
    } else {
        TRY_LET(const auto found, user(owner));
        uid = found.uid;
        gid = found.gid;
    }
    if (group_name.empty()) return std::pair{uid, gid};
    if (const auto number = as_number(group_name)) return std::pair{uid, *number};
    TRY_LET(const auto found_group, group(group_name));
    return std::pair{uid, found_group.gid};
}

Result<std::string> FakeHost::place(std::string_view path) const
{
    TRY_LET(const auto parent, follow(machine_, parent_of(path)));
    const auto found = machine_.files.find(parent);
    if (found == machine_.files.end()) return fail(error_from_errno(ENOENT, std::string{path}));
    if (found->second.kind != FileKind::directory) return fail(error_from_errno(ENOTDIR, std::string{path}));
    return fmt::format("{}{}{}", parent, parent == "/" ? "" : "/", path.substr(path.rfind('/') + 1));
}

Result<> FakeHost::write(const FileSpec& file)
{
    TRY_LET(const auto path, place(file.path));
    TRY_LET(const auto owner, ids(file.owner, file.group));
    const auto there = machine_.files.find(path);
    if (there != machine_.files.end() && there->second.kind != FileKind::file)
        return fail(error_from_errno(there->second.kind == FileKind::symlink ? ELOOP : EISDIR, file.path));
    if (file.over && *file.over != (there == machine_.files.end() ? "" : there->second.text))
        return fail({.kind = ErrorKind::conflict,
                     .thing = file.path,
                     .reason = "somebody else changes it at the same time",
                     .doing = "write"});
    const FakeFile wanted{.mode = file.mode, .uid = owner.first, .gid = owner.second, .text = file.text};
    return changing(
        "write " + file.path, file.path,
        [&]() -> Result<> {
            machine_.files.erase(leftover_of(path));
            machine_.files[path] = wanted;
            return {};
        },
        [&] { machine_.files[leftover_of(path)] = wanted; });
}

Result<> FakeHost::tidy(std::string_view path)
{
    const auto real = place(path);
    if (!real || !machine_.files.contains(leftover_of(*real))) return {};
    return changing(fmt::format("tidy {}", path), path, [&]() -> Result<> {
        machine_.files.erase(leftover_of(*real));
        return {};
    });
}

Result<> FakeHost::append(std::string_view path, std::string_view text)
{
    TRY_LET(const auto real, place(path));
    const auto add = [&](std::string_view part) {
        if (!machine_.files.contains(real)) machine_.files[real] = {.mode = 0600};
        machine_.files[real].text += part;
    };
    return changing(
        fmt::format("append {}", path), path,
        [&]() -> Result<> {
            add(text);
            return {};
        },
        [&] { add(text.substr(0, text.size() / 2)); });
}

Result<> FakeHost::make_directory(const DirectorySpec& directory)
{
    TRY_LET(const auto path, place(directory.path));
    TRY_LET(const auto owner, ids(directory.owner, directory.group));
    if (const auto there = machine_.files.find(path);
        there != machine_.files.end() && there->second.kind != FileKind::directory)
        return fail(error_from_errno(there->second.kind == FileKind::symlink ? ELOOP : ENOTDIR, directory.path));
    return changing("make-directory " + directory.path, directory.path, [&]() -> Result<> {
        machine_.files[path] = {
            .kind = FileKind::directory, .mode = directory.mode, .uid = owner.first, .gid = owner.second};
        return {};
    });
}

Result<> FakeHost::set_attributes(std::string_view path, std::uint32_t mode, std::string_view owner,
                                  std::string_view group_name)
{
    TRY_LET(const auto real, place(path));
    TRY_LET(const auto numbers, ids(owner, group_name));
    const auto there = machine_.files.find(real);
    if (there == machine_.files.end()) return fail(error_from_errno(ENOENT, std::string{path}));
    if (there->second.kind == FileKind::symlink) return fail(error_from_errno(ELOOP, std::string{path}));
    return changing(fmt::format("set-attributes {}", path), path, [&]() -> Result<> {
        there->second.mode = mode;
        there->second.uid = numbers.first;
        there->second.gid = numbers.second;
        return {};
    });
}

Result<> FakeHost::make_link(std::string_view path, std::string_view target)
{
    TRY_LET(const auto real, place(path));
    if (const auto there = machine_.files.find(real);
        there != machine_.files.end() && there->second.kind != FileKind::symlink)
        return fail(error_from_errno(EEXIST, std::string{path}));
    return changing(fmt::format("make-link {}", path), path, [&]() -> Result<> {
        machine_.files[real] = {.kind = FileKind::symlink, .mode = 0777, .text = std::string{target}};
        return {};
    });
}

Result<> FakeHost::remove(std::string_view path)
{
    const auto real = place(path);
    if (!real) return real.error().kind == ErrorKind::not_found ? Result<>{} : fail(real.error());
    const auto there = machine_.files.find(*real);
    if (there == machine_.files.end() && !machine_.files.contains(leftover_of(*real))) return {};
    if (there != machine_.files.end() && there->second.kind == FileKind::directory)
        return fail(error_from_errno(EISDIR, std::string{path}));
    return changing(fmt::format("remove {}", path), path, [&]() -> Result<> {
        machine_.files.erase(leftover_of(*real));
        machine_.files.erase(*real);
        return {};
    });
}

Result<> FakeHost::remove_directory(std::string_view path)
{
    const auto real = place(path);
    if (!real) return real.error().kind == ErrorKind::not_found ? Result<>{} : fail(real.error());
    const auto there = machine_.files.find(*real);
    if (there == machine_.files.end()) return {};
    if (there->second.kind != FileKind::directory) return fail(error_from_errno(ENOTDIR, std::string{path}));
    TRY_LET(const auto names, list(path));
    if (!names.empty()) return fail(error_from_errno(ENOTEMPTY, std::string{path}));
    return changing(fmt::format("remove-directory {}", path), path, [&]() -> Result<> {
        machine_.files.erase(*real);
        return {};
    });
}

Result<> FakeHost::remove_tree(std::string_view path)
{
    const auto real = place(path);
    if (!real) return real.error().kind == ErrorKind::not_found ? Result<>{} : fail(real.error());
    if (!machine_.files.contains(*real)) return {};
    return changing(fmt::format("remove-tree {}", path), path, [&]() -> Result<> {
        without(*real);
        return {};
    });
}

Result<CommandOutput> FakeHost::run(const Command& command)
{
    const std::string tool =
        command.argv.empty() ? std::string{} : command.argv.front().substr(command.argv.front().rfind('/') + 1);
    Result<CommandOutput> output = CommandOutput{};
    const auto changed = changing(fmt::format("run {}", fmt::join(command.argv, " ")), tool, [&]() -> Result<> {
        auto acted = run_account_tool(machine_, command.argv);
        if (!acted) acted = reload_sshd(machine_, command.argv);
        if (!acted) acted = run_selinux_tool(machine_, command.argv);
        output = acted ? Result<CommandOutput>{*acted} : look(command);
        return {};
    });
    if (!changed)  // a tool that meets a full disk says so and leaves
        return CommandOutput{.exit_code = 1, .out = {}, .err = fmt::format("{}: {}", tool, changed.error().reason)};
    return output;
}

Result<> FakeHost::signal(int pid, int signal_number)
{
    return changing(fmt::format("signal {} {}", pid, signal_number), std::to_string(pid), [&]() -> Result<> {
        if (std::erase_if(machine_.processes, [pid](const Process& process) { return process.pid == pid; }) == 0)
            return fail(error_from_errno(ESRCH, fmt::format("process {}", pid)));
        return {};
    });
}

Result<std::unique_ptr<Lock>> FakeHost::lock(std::string_view path)
{
    const bool is_held = lock_holder_ != 0 && (held_path_.empty() || held_path_ == path);
    if (is_held || locked_.contains(path))
        return fail({.kind = ErrorKind::busy,
                     .thing = std::string{path},
                     .reason = fmt::format("process {} holds it", lock_holder_),
                     .next = fmt::format("wait until it is done: ps -p {}", lock_holder_),
                     .doing = "lock"});
    return std::unique_ptr<Lock>{std::make_unique<FakeLock>(locked_, std::string{path})};
}

}  // namespace onenode

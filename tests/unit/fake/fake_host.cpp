// FakeHost: looking, changing, and the faults in between.
#include "tests/unit/fake/fake_host.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace onenode {
namespace {

using one::error_from_errno;
using one::fail;

class FakeLock : public Lock {
public:
    explicit FakeLock(bool& locked) : locked_(&locked) { locked = true; }
    ~FakeLock() override { *locked_ = false; }
    FakeLock(const FakeLock&) = delete;
    FakeLock& operator=(const FakeLock&) = delete;

private:
    bool* locked_;
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

FileInfo info_of(const FakeFile& file)
{
    return {.kind = file.kind, .mode = file.mode, .uid = file.uid, .gid = file.gid, .size = file.text.size()};
}

}  // namespace

FakeHost::FakeHost()
{
    with_directory("/").with_directory("/root", 0700).with_directory("/tmp", 01777).with_directory("/var/tmp", 01777);
    for (const auto* path :
         {"/etc/sudoers.d", "/etc/tmpfiles.d", "/etc/ssh", "/var/lib", "/run", "/usr/bin", "/usr/sbin"})
        with_directory(path);
    machine_.groups["root"] = {.name = "root", .gid = 0};
    machine_.users["root"] = {.name = "root",
                              .uid = 0,
                              .gid = 0,
                              .home = "/root",
                              .shell = "/bin/bash",
                              .groups = {0},
                              .password_field = "x"};
}

FakeHost& FakeHost::with_directory(std::string_view path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid)
{
    if (path != "/" && !machine_.files.contains(parent_of(path))) with_directory(parent_of(path));
    machine_.files[std::string{path}] = {.kind = FileKind::directory, .mode = mode, .uid = uid, .gid = gid};
    return *this;
}

FakeHost& FakeHost::with_file(std::string_view path, std::string text, std::uint32_t mode, std::uint32_t uid,
                              std::uint32_t gid)
{
    if (!machine_.files.contains(parent_of(path))) with_directory(parent_of(path));
    machine_.files[std::string{path}] = {.mode = mode, .uid = uid, .gid = gid, .text = std::move(text)};
    return *this;
}

FakeHost& FakeHost::with_link(std::string_view path, std::string target, std::uint32_t uid)
{
    with_file(path, std::move(target), 0777, uid, uid);
    machine_.files[std::string{path}].kind = FileKind::symlink;
    return *this;
}

FakeHost& FakeHost::with_socket(std::string_view path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid)
{
    with_file(path, {}, mode, uid, gid);
    machine_.files[std::string{path}].kind = FileKind::socket;
    return *this;
}

FakeHost& FakeHost::with_group(Group group)
{
    for (const auto& member : group.members)
        if (const auto found = machine_.users.find(member); found != machine_.users.end())
            found->second.groups.push_back(group.gid);
    machine_.groups[group.name] = std::move(group);
    return *this;
}

FakeHost& FakeHost::with_user(User user)
{
    if (!group_by_id(user.gid)) machine_.groups[user.name] = {.name = user.name, .gid = user.gid};
    if (std::ranges::find(user.groups, user.gid) == user.groups.end())
        user.groups.insert(user.groups.begin(), user.gid);
    for (auto& [name, group] : machine_.groups)
        if (group.gid != user.gid && std::ranges::find(user.groups, group.gid) != user.groups.end())
            group.members.push_back(user.name);
    machine_.users[user.name] = std::move(user);
    return *this;
}

FakeHost& FakeHost::with_program(std::string_view name, std::string_view directory)
{
    return with_file(fmt::format("{}/{}", directory, name),
                     "\x7f"
                     "ELF",
                     0755);
}

FakeHost& FakeHost::with_process(Process process)
{
    machine_.processes.push_back(std::move(process));
    return *this;
}

FakeHost& FakeHost::with_address(std::string address)
{
    addresses_.push_back(std::move(address));
    return *this;
}

FakeHost& FakeHost::with_name(std::string name, std::vector<std::string> addresses)
{
    names_[std::move(name)] = std::move(addresses);
    return *this;
}

FakeHost& FakeHost::with_host_name(std::string name)
{
    host_name_ = std::move(name);
    return *this;
}

FakeHost& FakeHost::with_file_system(std::string_view path, FileSystem system)
{
    file_systems_[std::string{path}] = std::move(system);
    return *this;
}

FakeHost& FakeHost::without(std::string_view path)
{
    std::erase_if(machine_.files, [below = std::string{path} + "/", path](const auto& entry) {
        return entry.first == path || entry.first.starts_with(below);
    });
    return *this;
}

FakeHost& FakeHost::as_user(std::uint32_t uid)
{
    uid_ = uid;
    return *this;
}

FakeHost& FakeHost::at(std::chrono::system_clock::time_point time)
{
    now_ = time;
    return *this;
}

FakeHost& FakeHost::advance(std::chrono::seconds by)
{
    now_ += by;
    return *this;
}

FakeHost& FakeHost::locked_by(int pid)
{
    lock_holder_ = pid;
    return *this;
}

FakeHost& FakeHost::answering(std::vector<std::string> words, CommandOutput output)
{
    return answering(std::move(words),
                     [output = std::move(output)](const Command&) -> Result<CommandOutput> { return output; });
}

FakeHost& FakeHost::answering(std::vector<std::string> words, Error error)
{
    return answering(std::move(words),
                     [error = std::move(error)](const Command&) -> Result<CommandOutput> { return fail(error); });
}

FakeHost& FakeHost::answering(std::vector<std::string> words, Answer answer)
{
    std::erase_if(answers_, [&words](const auto& known) { return known.first == words; });
    answers_.emplace_back(std::move(words), std::move(answer));
    return *this;
}

void FakeHost::arm(Fault fault, std::size_t change, int error_number)
{
    fault_ = fault;
    fault_at_ = change;
    fault_errno_ = error_number;
    changes_ = 0;
}

void FakeHost::fail_at(std::size_t change, int error_number)
{
    arm(Fault::fail, change, error_number);
}
void FakeHost::fail_from(std::size_t change, int error_number)
{
    arm(Fault::fail_from_here, change, error_number);
}
void FakeHost::die_before(std::size_t change)
{
    arm(Fault::die_before, change, 0);
}
void FakeHost::die_within(std::size_t change)
{
    arm(Fault::die_within, change, 0);
}
void FakeHost::die_after(std::size_t change)
{
    arm(Fault::die_after, change, 0);
}
void FakeHost::recover()
{
    arm(Fault::none, 0, 0);
}

Result<> FakeHost::changing(std::string what, std::string_view path, const std::function<Result<>()>& effect,
                            const std::function<void()>& half)
{
    ++changes_;
    if (due(Fault::die_before)) throw Died{};
    if (due(Fault::fail) || (fault_ == Fault::fail_from_here && changes_ >= fault_at_))
        return fail(error_from_errno(fault_errno_, std::string{path}));
    touched_.push_back(std::move(what));
    if (due(Fault::die_within)) {
        if (half) half();
        throw Died{};
    }
    TRY(effect());
    if (due(Fault::die_after)) throw Died{};
    return {};
}

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
    looked_.push_back(command);
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
    const auto found = names_.find(name);
    if (found == names_.end())
        return fail({.kind = ErrorKind::not_found,
                     .thing = std::string{name},
                     .reason = "the name is not known",
                     .doing = "resolve"});
    return found->second;
}

Result<> FakeHost::write(const FileSpec& file)
{
    TRY_LET(const auto path, place(file.path));
    TRY_LET(const auto owner, ids(file.owner, file.group));
    if (const auto there = machine_.files.find(path);
        there != machine_.files.end() && there->second.kind != FileKind::file)
        return fail(error_from_errno(there->second.kind == FileKind::symlink ? ELOOP : EISDIR, file.path));
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
        const auto acted = run_account_tool(machine_, command.argv);
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
    if (lock_holder_ != 0 || locked_)
        return fail({.kind = ErrorKind::busy,
                     .thing = std::string{path},
                     .reason = fmt::format("process {} holds it", lock_holder_),
                     .next = fmt::format("wait until it is done: ps -p {}", lock_holder_),
                     .doing = "lock"});
    return std::unique_ptr<Lock>{std::make_unique<FakeLock>(locked_)};
}

}  // namespace onenode

// Prepares a child before fork, and turns it into the wanted program after fork.
#include "common/command_child.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

namespace one {
namespace {

constexpr std::string_view path_of_root = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view path_of_others = "/usr/local/bin:/usr/bin:/bin";
constexpr std::chrono::seconds directory_limit{3};

struct Account {
    std::string name{};
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home = "/";
    std::string shell = "/bin/sh";
    std::vector<gid_t> groups{};
};

struct CloseFile {
    void operator()(FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

template <class Match>
std::optional<Account> account_in(const File& file, Match match)
{
    std::vector<char> buffer(64 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    while (file && ::fgetpwent_r(file.get(), &entry, buffer.data(), buffer.size(), &found) == 0)
        if (match(entry)) return Account{entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir, entry.pw_shell, {}};
    return {};
}

template <class Match>
std::optional<Account> local_account(Match match)
{
    return account_in(File{std::fopen("/etc/passwd", "re")}, match);
}

Result<CommandOutput> ask_directory(const char* database, const std::string& name)
{
    return run_command({.argv = {"getent", database, name}, .limit = directory_limit});
}

std::vector<gid_t> local_groups(const std::string& name)
{
    const File file{std::fopen("/etc/group", "re")};
    std::vector<char> buffer(1024 * 1024);
    std::vector<gid_t> groups;
    group entry{};
    group* found = nullptr;
    while (file && ::fgetgrent_r(file.get(), &entry, buffer.data(), buffer.size(), &found) == 0)
        for (char** member = entry.gr_mem; *member != nullptr; ++member)
            if (*member == name) groups.push_back(entry.gr_gid);
    return groups;
}

// In the order of nsswitch.conf, by a child: a directory service that is away would hold us without limit. An account
// of this machine has its local groups all the same.
std::vector<gid_t> groups_of(const Account& account)
{
    std::vector<gid_t> groups;
    if (const auto known = ask_directory("initgroups", account.name); known && known->ok()) {
        const auto words = split_words(known->out);
        for (std::size_t index = 1; index < words.size(); ++index)
            if (const auto gid = to_number<gid_t>(words[index])) groups.push_back(*gid);
    } else {
        groups = local_groups(account.name);
    }
    if (std::ranges::find(groups, account.gid) == groups.end()) groups.push_back(account.gid);
    return groups;
}

Result<Account> account_named(const std::string& name)
{
    const auto is_named = [&name](const passwd& entry) { return entry.pw_name == name; };
    auto account = local_account(is_named);
    if (!account) {
        TRY_LET(auto known, ask_directory("passwd", name).map_error(while_doing("find user " + name + " by")));
        if (!known.out.empty())
            account = account_in(File{::fmemopen(known.out.data(), known.out.size(), "r")}, is_named);
    }
    if (!account)
        return fail({.kind = ErrorKind::not_found,
                     .thing = "user " + name,
                     .reason = "this machine has no such account",
                     .next = "getent passwd"});
    account->groups = groups_of(*account);
    return *std::move(account);
}

Account own_account()
{
    const uid_t uid = ::geteuid();
    if (auto local = local_account([uid](const passwd& entry) { return entry.pw_uid == uid; }))
        return *std::move(local);
    std::vector<char> buffer(64 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    if (uid != 0 && ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return {entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir, entry.pw_shell, {}};
    return {std::to_string(uid), uid, ::getegid(), "/", "/bin/sh", {}};
}

std::vector<std::string> environment_of(const Command& command, const Account& account)
{
    std::vector<std::pair<std::string, std::string>> all{
        {"PATH", std::string{account.uid == 0 ? path_of_root : path_of_others}},
        {"LANG", "C"},
        {"HOME", account.home},
        {"USER", account.name},
        {"LOGNAME", account.name},
        {"SHELL", account.shell},
    };
    for (const auto& given : command.environment) {
        const auto same = std::ranges::find(all, given.first, &std::pair<std::string, std::string>::first);
        if (same != all.end())
            same->second = given.second;
        else
            all.push_back(given);
    }
    std::vector<std::string> lines;
    lines.reserve(all.size());
    for (const auto& [name, value] : all)
        lines.push_back(fmt::format("{}={}", name, value));
    return lines;
}

bool is_program(const std::string& path)
{
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0111) != 0;
}

Result<std::string> find_in_path(const std::string& name, const std::vector<std::string>& environment)
{
    if (name.find('/') != std::string::npos) return name;  // exec says itself what is wrong with it
    const auto line =
        std::ranges::find_if(environment, [](const std::string& one) { return one.starts_with("PATH="); });
    std::string_view rest = std::string_view{*line}.substr(5);
    while (!rest.empty()) {
        const auto colon = std::min(rest.find(':'), rest.size());
        const std::string candidate = std::string{rest.substr(0, colon)} + '/' + name;
        if (candidate.front() == '/' && is_program(candidate)) return candidate;
        rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
    return fail({.kind = ErrorKind::not_found,
                 .thing = name,
                 .reason = "no such program in " + line->substr(5),
                 .next = "install the package that brings it",
                 .doing = "run"});
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (auto& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

[[noreturn]] void give_up(int report, ChildStage stage)
{
    const ChildFailure failure{stage, errno};
    [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

void close_on_exec_from_3(unsigned open_files)
{
#ifdef SYS_close_range
    constexpr unsigned close_range_cloexec = 4;
    if (::syscall(SYS_close_range, 3U, ~0U, close_range_cloexec) == 0) return;
#endif
    for (unsigned fd = 3; fd < open_files; ++fd)
        ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
}

void reset_signals()
{
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Result<ChildPlan> plan_child(const Command& command)
{
    if (command.argv.empty() || command.argv.front().empty())
        return fail({.kind = ErrorKind::invalid, .thing = "a command", .reason = "its argv is empty", .doing = "run"});

    ChildPlan plan;
    Account account;
    if (command.user.empty()) {
        account = own_account();
    } else {
        TRY_LET(account, account_named(command.user));
        plan.change_user = account.uid != ::geteuid() || ::geteuid() == 0;
    }
    plan.uid = account.uid;
    plan.gid = account.gid;
    plan.groups = account.groups;
    plan.argv_text = command.argv;
    plan.environment_text = environment_of(command, account);
    TRY_LET(plan.program, find_in_path(command.argv.front(), plan.environment_text));
    plan.directory = command.directory.empty() ? "/" : command.directory;
    plan.argv = pointers(plan.argv_text);
    plan.environment = pointers(plan.environment_text);
    plan.parent = ::getpid();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        plan.open_files = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, 65536));
    return plan;
}

void become_child(const ChildPlan& plan)
{
    ::setsid();  // a group of its own to be killed as a whole, and no terminal on which it could ask for passwords
    if (::dup2(plan.in, 0) < 0 || ::dup2(plan.out, 1) < 0 || ::dup2(plan.err, 2) < 0)
        give_up(plan.report, ChildStage::exec);
    if (plan.change_user) {
        if (::setgroups(plan.groups.size(), plan.groups.data()) != 0) give_up(plan.report, ChildStage::groups);
        if (::setgid(plan.gid) != 0 || ::setuid(plan.uid) != 0) give_up(plan.report, ChildStage::user);
    }
    if (!plan.outlives_us) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);            // after setuid, which clears it
        if (::getppid() != plan.parent) ::_exit(127);  // the parent died before that line
    }
    if (::chdir(plan.directory.c_str()) != 0) give_up(plan.report, ChildStage::directory);
    close_on_exec_from_3(plan.open_files);
    reset_signals();
    ::execve(plan.program.c_str(), plan.argv.data(), plan.environment.data());
    give_up(plan.report, ChildStage::exec);
}

}  // namespace one

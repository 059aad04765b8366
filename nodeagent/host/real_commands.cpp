// RealHost: programs, processes, names, addresses, the clock.
#include "nodeagent/host/real_host.hpp"

#include "common/patient_command.hpp"
#include "common/shortage.hpp"
#include "common/text/words.hpp"
#include "nodeagent/host/network.hpp"
#include "nodeagent/host/processes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

namespace onenode {
namespace {

constexpr std::chrono::seconds resolve_limit{4};
constexpr std::chrono::minutes long_work{5};
constexpr int getent_found_nothing = 2;
constexpr std::array shadow_tools{"useradd", "userdel", "usermod", "groupadd", "groupdel", "gpasswd"};
// SELinux lets them write to our pipe, and to no file of ours: what they complain of would be lost. They say nothing else.
constexpr std::array selinux_tools{"semanage", "setsebool", "restorecon"};
constexpr std::string_view root_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view login_path =
    "/usr/local/bin:/usr/bin:/bin:/usr/games";  // sshd's own default for users on Debian

std::vector<std::string> directories_of(std::string_view path)
{
    std::vector<std::string> directories;
    while (!path.empty()) {
        const auto colon = path.find(':');
        if (colon != 0) directories.emplace_back(path.substr(0, colon));
        path.remove_prefix(colon == std::string_view::npos ? path.size() : colon + 1);
    }
    return directories;
}

// For who can only answer with "there is none": not to have been able to look is something else.
template <class T>
const Result<T>& looked(const Result<T>& seen)
{
    if (!seen && one::is_shortage(seen.error())) throw one::Shortage{seen.error()};
    return seen;
}

// pam_env gives every login the PATH of /etc/environment where it names one.
std::string login_path_of(const Tree& tree)
{
    const auto text = looked(tree.read("/etc/environment")).value_or("");
    for (const auto& line : one::split_lines(text)) {
        if (!line.starts_with("PATH=")) continue;
        auto value = one::trim(std::string_view{line}.substr(5));
        if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        return std::string{value};
    }
    return std::string{login_path};
}

bool is_program(const Tree& tree, const std::string& path)
{
    const auto fd = tree.open(path, O_PATH);
    looked(fd);
    struct stat info {};
    return fd && ::fstat(fd->get(), &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0111) != 0;
}

one::Streams streams_of(const Command& command)
{
    const bool complains_only =
        !command.argv.empty() && std::ranges::find(selinux_tools, command.argv.front()) != selinux_tools.end();
    return complains_only ? one::Streams::pipes : one::Streams::files;
}

}  // namespace

Command below_root(Command command, const std::string& root)
{
    if (root.empty() || command.argv.empty()) return command;
    auto& argv = command.argv;
    if (std::ranges::find(shadow_tools, argv.front()) != shadow_tools.end()) {
        argv.insert(argv.begin() + 1, {"--root", root});
        return command;
    }
    std::vector<std::string> prefix{"chroot"};
    if (!command.user.empty()) {
        prefix.push_back("--userspec=" + command.user);
        command.environment.emplace_back("USER", command.user);
        command.user.clear();
    }
    prefix.push_back(root);
    argv.insert(argv.begin(), prefix.begin(), prefix.end());
    return command;
}

Result<CommandOutput> RealHost::look(const Command& command) const
{
    return one::run_command(below_root(command, tree_.root()));
}

// Whoever may change the machine for minutes is a package manager, or rebuilds SELinux's policy: cut in the middle it would
// leave that broken.
Result<CommandOutput> RealHost::run(const Command& command)
{
    const auto here = below_root(command, tree_.root());
    if (command.limit < long_work) return one::run_command(here);
    return one::run_patiently(here, command.limit / 10, streams_of(command));
}

std::optional<std::string> RealHost::find_program(std::string_view name, Login login) const
{
    const auto path = login == Login::root ? std::string{root_path} : login_path_of(tree_);
    for (const auto& directory : directories_of(path)) {
        auto program = directory + '/' + std::string{name};
        if (is_program(tree_, program)) return program;
    }
    return std::nullopt;
}

Result<std::vector<Process>> RealHost::processes() const
{
    if (!tree_.root().empty()) return std::vector<Process>{};  // an image runs nothing
    return running_processes();
}

std::vector<std::string> RealHost::addresses() const
{
    return global_addresses();
}

Result<std::vector<std::string>> RealHost::resolve(std::string_view name) const
{
    // getent asks getaddrinfo and keeps its order; as a child it can be stopped when a name server does not answer
    TRY_LET(const auto output, look({.argv = {"getent", "ahosts", "--", std::string{name}}, .limit = resolve_limit})
                                   .map_error(one::while_doing("resolve")));
    if (!output.ok() && output.exit_code != getent_found_nothing)
        return one::fail({.kind = ErrorKind::internal,
                          .thing = std::string{name},
                          .reason = "getent ended with " + std::to_string(output.exit_code),
                          .next = "getent ahosts " + std::string{name},
                          .doing = "resolve"});
    std::vector<std::string> addresses;
    for (const auto& line : one::split_lines(output.out)) {
        auto address = line.substr(0, line.find_first_of(" \t"));
        if (!address.empty() && std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(std::move(address));
    }
    if (addresses.empty())
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = std::string{name},
                          .reason = "this machine knows no address of it",
                          .next = "let DNS or /etc/hosts know it (getent ahosts " + std::string{name} + ")",
                          .doing = "resolve"});
    return addresses;
}

std::string RealHost::host_name() const
{
    if (!tree_.root().empty()) return std::string{one::trim(tree_.read("/etc/hostname").value_or(""))};
    std::array<char, HOST_NAME_MAX + 1> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::uint32_t RealHost::effective_uid() const
{
    return ::geteuid();
}

std::chrono::system_clock::time_point RealHost::now() const
{
    return std::chrono::system_clock::now();
}

Result<> RealHost::signal(int pid, int signal_number)
{
    if (pid <= 1 || ::kill(pid, signal_number) != 0)
        return one::fail(one::error_from_errno(pid <= 1 ? EINVAL : errno, "process " + std::to_string(pid)));
    return {};
}

}  // namespace onenode

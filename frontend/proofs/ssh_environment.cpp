// Commands as oned runs them: its PATH, HOME and agent, with oneadmin's rights.
#include "frontend/proofs/ssh_environment.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace onefrontend {
namespace {

constexpr std::string_view plain_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_directory(const std::string& path)
{
    struct stat info {};
    return !path.empty() && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string path_of_oned(const Config& config)
{
    if (!is_directory(config.ssh_override_path)) return std::string{plain_path};
    return config.ssh_override_path + ':' + std::string{plain_path};
}

}  // namespace

std::string agent_socket(const Config& config)
{
    if (!config.ssh_auth_sock.empty()) return config.ssh_auth_sock;
    const char* given = std::getenv("SSH_AUTH_SOCK");
    return given ? given : "";
}

one::Command as_oned(const Config& config, std::vector<std::string> argv, std::chrono::milliseconds limit)
{
    one::Command command;
    command.argv = std::move(argv);
    command.limit = limit;
    if (::geteuid() == 0) command.user = config.ssh_user;
    command.environment = {{"PATH", path_of_oned(config)}, {"HOME", config.ssh_home}};
    if (const auto socket = agent_socket(config); !socket.empty())
        command.environment.emplace_back("SSH_AUTH_SOCK", socket);
    return command;
}

one::Command fresh_ssh(const Config& config, const std::string& name, const std::vector<std::string>& options,
                       const std::string& remote_command, std::chrono::milliseconds limit)
{
    const auto seconds = std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(limit).count() / 2);
    // LogLevel=ERROR keeps the node's banner off standard error: what stands there is ssh's own word.
    std::vector<std::string> argv{"ssh", "-T",
                                  "-o",  "BatchMode=yes",
                                  "-o",  "ConnectTimeout=" + std::to_string(seconds),
                                  "-o",  "ControlMaster=no",
                                  "-o",  "ControlPath=none",
                                  "-o",  "LogLevel=ERROR"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {name, remote_command});
    return as_oned(config, std::move(argv), limit);
}

}  // namespace onefrontend

// The configuration: file, then what the environment overrides.
#include "frontend/cli/environment.hpp"

#include "frontend/enroll/files.hpp"

namespace onefrontend::cli {
namespace {

one::Result<Config> from_file(const std::string& given)
{
    const std::string path = given.empty() ? std::string{default_config_file} : given;
    const auto text = read_small_file(path);
    if (!text && given.empty() && text.error().kind == one::ErrorKind::not_found) return Config{};
    if (!text) return one::fail(text.error());
    auto config = read_config(*text);
    if (!config) config.error().thing += " in " + path;
    return config;
}

void override_by(std::string& field, const std::string& variable)
{
    if (!variable.empty()) field = variable;
}

}  // namespace

std::string own_auth_file(const Environment& environment)
{
    return environment.one_auth.empty() ? environment.home + "/.one/one_auth" : environment.one_auth;
}

one::Result<Config> load_config(const std::string& path, const Environment& environment)
{
    TRY_LET(auto config, from_file(path));
    override_by(config.oned_endpoint, environment.oned_endpoint);
    override_by(config.oned_auth, environment.oned_auth);
    override_by(config.monitor_log, environment.monitor_log);
    if (config.ssh_auth_sock.empty()) config.ssh_auth_sock = environment.ssh_auth_sock;
    return config;
}

}  // namespace onefrontend::cli

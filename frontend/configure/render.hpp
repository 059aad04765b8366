// Settings and the files as they are -> the files as they shall be. Pure: who reads and writes them is the verb.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"
#include "frontend/configure/settings.hpp"

#include <sys/types.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

struct Secrets {
    std::optional<one::Secret> database_password{};
};

struct Wishes {
    const Settings* settings = nullptr;
    const Secrets* secrets = nullptr;
};

struct Target {
    std::string_view path;
    mode_t mode = 0640;               // of a file that is made; one that is there keeps its own
    bool ours = false;                // made where it is not there; others come with OpenNebula's packages
    std::string_view since;           // "7.2": earlier versions have no such file
    Value Settings::*keys = nullptr;  // config.*: whoever sets one of these needs the file
    one::Result<std::string> (*render)(const Wishes& wishes, const std::string& original) = nullptr;
};

std::span<const Target> targets();

using Texts = std::map<std::string, std::string, std::less<>>;  // path -> text; what is not in it is not there

struct Rendered {
    Texts files{};
    std::vector<one::Error> warnings{};  // keys that nobody knows, files that are not there
};

/// Errors name the file.
one::Result<Rendered> render(const Settings& settings, const Secrets& secrets, const Texts& originals);

/// The text as it may be shown: without the database's password.
std::string without_secrets(std::string_view path, const std::string& text);

inline constexpr std::string_view oned_conf = "/etc/one/oned.conf";
inline constexpr std::string_view monitord_conf = "/etc/one/monitord.conf";
inline constexpr std::string_view network_conf = "/var/lib/one/remotes/etc/vnm/OpenNebulaNetwork.conf";
inline constexpr std::string_view sshd_conf = "/etc/ssh/sshd_config.d/10-onefrontend.conf";
inline constexpr std::string_view onefrontend_yaml = "/etc/onefrontend/onefrontend.yaml";

// A function a file; what is left of its keys (config.*) comes last in each.
one::Result<std::string> render_oned(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_monitord(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_network(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_fireedge(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_sunstone(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_oneflow(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_onegate(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_oneform(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_oneks(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_hem(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_guacd(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_sshd(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_ssh(const Wishes& wishes, const std::string& original);
one::Result<std::string> render_onefrontend(const Wishes& wishes, const std::string& original);

}  // namespace onefrontend::configure

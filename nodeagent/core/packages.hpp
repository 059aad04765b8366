// The machine's package manager, apt-get or dnf: what is installed, what repositories offer, what an install would do
// besides, and the install itself. It never asks, restarts nothing of its own accord, and removes nothing.
#pragma once

#include "nodeagent/core/change.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::packages {

inline constexpr const char* apt = "apt-get";
inline constexpr const char* dnf = "dnf";

/// Of a join's journal, for all that --install-packages does.
inline constexpr std::string_view step_id = "packages";

/// A run of either tool that asks nobody; what people changed of a configuration stays.
Command quiet(std::vector<std::string> argv, std::chrono::milliseconds limit);

/// "apt-get" or "dnf"; nothing where this machine has neither.
std::optional<std::string> tool_of(const HostView& host);

/// Those of these packages that are installed; `name=version` is looked up by its name.
Result<std::vector<std::string>> installed(const HostView& host, std::string_view tool,
                                           const std::vector<std::string>& packages);
/// The versions that the machine's repositories offer, as the tool writes them: "7.4.0-1". None is no error; lists that
/// cannot be had are one.
Result<std::vector<std::string>> offered(const HostView& host, std::string_view tool, const std::string& name);

/// Of OpenNebula's, on every kind of node: it is what drivers load.
inline constexpr const char* on_every_node = "opennebula-rubygems";
/// Its version here, as the tool writes it; nothing where it is not installed.
std::optional<std::string> version_here(const HostView& host);

struct OtherVersion {  // of OpenNebula's package here than of the front-end
    std::string package{};
    std::string here{};
    std::string there{};
    bool same_release = false;
    bool newer_here = false;  // which nothing of ours changes: packages are not downgraded
    bool operator==(const OtherVersion&) const = default;
};
/// Nothing where the versions are the same, or one of them is not known.
std::optional<OtherVersion> other_version(const HostView& host, const std::string& opennebula);

/// "7.4.0" of "7.4.0-1" and of "1:7.4.0-1".
std::string_view upstream(std::string_view version);

struct Effects {  // of an install on packages that are here already
    std::vector<std::string> upgraded{};
    std::vector<std::string> downgraded{};
    std::vector<std::string> removed{};
    bool operator==(const Effects&) const = default;
};

/// By the tool's own rehearsal, which changes nothing.
Result<Effects> effects_of(const HostView& host, const InstallPackages& change);

/// Brings the lists of packages up to date; nothing to do for dnf, which does so by itself.
Result<> refresh(Host& host, std::string_view tool);
Result<> install(Host& host, const InstallPackages& change);

/// What `install` runs, as a person may paste it.
std::string command_line(const InstallPackages& change);

}  // namespace onenode::packages

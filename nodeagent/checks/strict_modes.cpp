// Each part must be root's or the user's, and nobody else may be able to write it.
#include "nodeagent/checks/strict_modes.hpp"

#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace onenode::checks {
namespace {

std::string reason_against(const FileInfo& info, std::uint32_t uid)
{
    if (info.uid != 0 && info.uid != uid) return fmt::format("it belongs to uid {}", info.uid);
    if ((info.mode & (S_IWGRP | S_IWOTH)) != 0) return fmt::format("it is mode {:04o}: others may write it", info.mode);
    return {};
}

}  // namespace

std::vector<Loose> loose_places(const HostView& host)
{
    const auto user = host.user(oneadmin::name);
    const std::uint32_t uid = user ? user->uid : oneadmin::id;
    const auto home = real_path(host, std::string{oneadmin::home});
    const auto ssh = real_path(host, home + "/.ssh");
    const auto keys = real_path(host, ssh + "/authorized_keys");

    std::vector<Loose> found;
    for (const auto& path : {home, ssh, keys}) {
        const auto info = host.stat(path);
        if (!info) break;
        auto why = reason_against(*info, uid);
        if (!why.empty())
            found.push_back({.path = path, .why = std::move(why), .behind_link = !path.starts_with(oneadmin::home)});
    }
    return found;
}

}  // namespace onenode::checks

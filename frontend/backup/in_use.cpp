// A server is asked for its connections; who has a file open the kernel tells.
#include "frontend/backup/in_use.hpp"

#include "common/text/number.hpp"
#include "frontend/bootstrap/bootstrap.hpp"
#include "frontend/enroll/state_paths.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace onefrontend::backup {
namespace {

namespace fs = std::filesystem;
using one::Result;

bool has_open(const fs::path& process, const fs::path& file)
{
    std::error_code gone;
    for (const auto& descriptor : fs::directory_iterator{process / "fd", gone}) {
        std::error_code closed;
        if (fs::read_symlink(descriptor.path(), closed) == file) return true;
    }
    return false;
}

/// The process id; empty where there is none.
std::string holder_of(const std::string& path)
{
    std::error_code missing;
    const auto file = fs::canonical(path, missing);
    if (missing) return {};
    const auto own = std::to_string(::getpid());
    for (const auto& process : fs::directory_iterator{"/proc", missing}) {
        auto number = process.path().filename().string();
        if (number != own && one::to_number<int>(number) && has_open(process.path(), file)) return number;
    }
    return {};
}

one::Failure in_use(const bootstrap::Place& place, const std::string& by)
{
    return one::fail({.kind = one::ErrorKind::busy,
                      .thing = to_string(place),
                      .reason = by,
                      .next = "end oned and OpenNebula's other services, then restore",
                      .doing = "restore"});
}

}  // namespace

Result<> refuse_in_use(const bootstrap::Client& client)
{
    const auto& place = client.place();
    if (place.is_file) {
        const auto holder = holder_of(place.path);
        return holder.empty() ? Result<>{} : in_use(place, fmt::format("process {} has it open", holder));
    }
    TRY_LET(const auto rows,
            client.ask(fmt::format("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = '{}' "
                                   "AND ID <> CONNECTION_ID();\n",
                                   place.name),
                       bootstrap::Client::Within::server));
    const auto count = rows.empty() || rows[0].empty() ? std::string{"0"} : rows[0][0];
    return count == "0" ? Result<>{} : in_use(place, fmt::format("somebody has {} connections to it", count));
}

Result<std::string> found_already(const bootstrap::Client& client, const std::string& state_dir)
{
    const StatePaths paths{state_dir};
    for (const auto& path : {paths.authority_certificate(), paths.authority_key()})
        if (::access(path.c_str(), F_OK) == 0) return fmt::format("an enrollment CA is in {}", state_dir);
    const auto there = bootstrap::has_table(client, "user_pool");
    if (!there && there.error().kind == one::ErrorKind::not_found) return std::string{};  // it is made then
    TRY(there);
    return *there ? "OpenNebula is in " + to_string(client.place()) : std::string{};
}

}  // namespace onefrontend::backup

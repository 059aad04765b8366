// oned.conf says where the database is, and where images are.
#include "frontend/backup/front_end.hpp"

#include "frontend/enroll/attributes.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <filesystem>

namespace onefrontend::backup {
namespace {

using one::Result;

std::string real(const std::string& path)
{
    std::error_code missing;
    const auto found = std::filesystem::weakly_canonical(path, missing);
    return missing ? path : found.string();
}

std::string datastores_in(const std::string& oned_conf, const std::string& home)
{
    const auto attributes = parse_attributes(oned_conf);
    const auto* given = attributes ? find_attribute(*attributes, "DATASTORE_LOCATION") : nullptr;
    std::string location = given && !given->value.empty() ? given->value : home + "/datastores";
    while (location.size() > 1 && location.ends_with('/'))
        location.pop_back();
    // As it is named: where it is a link, the link is what is kept.
    const auto parent = std::filesystem::path{location}.parent_path().string();
    return real(parent) + '/' + std::filesystem::path{location}.filename().string();
}

}  // namespace

Result<FrontEnd> find_front_end(const Where& where, State state)
{
    auto oned_conf = read_small_file(where.etc + "/oned.conf");
    if (!oned_conf) {
        auto error = oned_conf.error();
        if (error.next.empty())
            error.next = "it says where the database is: install OpenNebula, or run `onefrontend configure`";
        return one::fail(std::move(error));
    }
    FrontEnd found;
    TRY_LET(found.place, bootstrap::place_in(*oned_conf, where.home));
    TRY_LET(found.home.root, open_folder(where.home));
    if (state == State::made && ::access(where.state_dir.c_str(), F_OK) != 0)
        TRY(make_directory(where.state_dir, 0755, Owner{::geteuid(), ::getegid()}));
    if (::access(where.state_dir.c_str(), F_OK) == 0) {
        TRY_LET(found.state.root, open_folder(where.state_dir));
    }
    found.home.scope = {.root = real(where.home),
                        .datastores = datastores_in(*oned_conf, where.home),
                        .database = found.place.is_file ? real(where.home) + "/one.db" : "",
                        .apart = real(where.state_dir)};
    found.state.scope = {.root = real(where.state_dir)};
    return found;
}

std::string mark_of_a_restore(const std::string& state_dir)
{
    return fmt::format("{}/{}/begun", state_dir, staging_folder);
}

Result<> refuse_half_a_restore(const std::string& state_dir)
{
    if (::access(mark_of_a_restore(state_dir).c_str(), F_OK) != 0) return {};
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = "this front-end",
                      .reason = "a restore was cut off in the middle",
                      .next = "onefrontend restore --continue",
                      .doing = "use"});
}

}  // namespace onefrontend::backup

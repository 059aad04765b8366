// Owner and mode are there before the name is.
#include "frontend/backup/staging.hpp"

#include "common/text/printable.hpp"
#include "frontend/backup/unpack.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace onefrontend::backup {
namespace {

using one::Result;

constexpr const char* sums_file = "sums";

bool has_root(const Member& member, std::string_view name)
{
    return member.path.starts_with(name) && member.path.size() > name.size() && member.path[name.size()] == '/';
}

class Stager {
public:
    explicit Stager(const Staging& staging) : staging_(&staging) {}

    Result<Write> begin(const Member& member)
    {
        TRY(owner_of(member));
        TRY_LET(const auto place, find(member));
        file_ = one::Fd{::openat(place.folder.get(), place.name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!file_.open()) return twice_or(member);
        return to_descriptor(file_.get(), "restored copy of " + one::printable(member.path));
    }

    Result<> end(const Member& member)
    {
        if (::geteuid() == 0 && ::fchown(file_.get(), user_, group_) != 0)
            return cannot("give to its owner", member.path);
        // What would run as its owner for anybody is nothing that a front-end has.
        if (::fchmod(file_.get(), member.mode & 0777U) != 0) return cannot("set the mode of", member.path);
        const std::array<timespec, 2> times{timespec{0, UTIME_NOW}, timespec{member.changed, 0}};
        if (::futimens(file_.get(), times.data()) != 0) return cannot("set the time of", member.path);
        file_.close();
        return {};
    }

    Result<> other(const Member& member)
    {
        if (member.path == home_name || member.path == state_name) return {};
        TRY(owner_of(member));
        TRY_LET(const auto place, find(member));
        if (member.kind == Kind::directory) {
            if (::mkdirat(place.folder.get(), place.name.c_str(), 0700) != 0) return twice_or(member);
            return {};  // owner and mode when it is in its place: ours may have to write into it before
        }
        if (::symlinkat(member.link.c_str(), place.folder.get(), place.name.c_str()) != 0) return twice_or(member);
        if (::geteuid() == 0 &&
            ::fchownat(place.folder.get(), place.name.c_str(), user_, group_, AT_SYMLINK_NOFOLLOW) != 0)
            return cannot("give to its owner", member.path);
        return {};
    }

private:
    Result<> owner_of(const Member& member)
    {
        if (::geteuid() != 0) return {};  // all is ours
        TRY_LET(user_, accounts_.user(member.user));
        TRY_LET(group_, accounts_.group(member.group));
        return {};
    }

    Result<Place> find(const Member& member) const
    {
        const auto staged = place_of(*staging_, member);
        return find_place(staged.folder, staged.path).map_error([&member](one::Error error) {
            error.thing = one::printable(member.path);
            error.doing = "unpack";
            error.next = "nothing was restored; take another backup";
            if (error.kind == one::ErrorKind::not_found)
                error.reason = "the folder that it is in comes nowhere before it";
            return error;
        });
    }

    static one::Failure twice_or(const Member& member)
    {
        if (errno != EEXIST) return cannot("unpack", one::printable(member.path));
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = one::printable(member.path),
                          .reason = "the archive has it twice",
                          .next = "nothing was restored; take another backup",
                          .doing = "unpack"});
    }

    const Staging* staging_;
    Accounts accounts_{};
    one::Fd file_{};
    uid_t user_ = 0;
    gid_t group_ = 0;
};

Result<> remember(const Staging& staging, std::string_view sums)
{
    const one::Fd file{
        ::openat(staging.state.get(), sums_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file.open()) return cannot("write", staging.state_path + '/' + sums_file);
    return to_descriptor(file.get(), staging.state_path + '/' + sums_file)(sums);
}

}  // namespace

Result<Staging> open_staging(const Where& where, const FrontEnd& found)
{
    Staging staging{.state_path = fmt::format("{}/{}", where.state_dir, staging_folder)};
    TRY_LET(staging.home, make_own_folder(found.home.root.get(), std::string{staging_folder}));
    TRY_LET(staging.state, make_own_folder(found.state.root.get(), std::string{staging_folder}));
    for (const int folder : {staging.home.get(), staging.state.get()})
        if (::mkdirat(folder, "files", 0700) != 0 && errno != EEXIST) return cannot("create", "files");
    return staging;
}

Result<> remove_staging(const Where& where)
{
    for (const auto& parent : {where.home, where.state_dir}) {
        std::error_code wrong;
        const auto path = fmt::format("{}/{}", parent, staging_folder);
        std::filesystem::remove_all(path, wrong);
        if (wrong) {
            errno = wrong.value();
            return cannot("remove", path);
        }
    }
    return {};
}

Staged place_of(const Staging& staging, const Member& member)
{
    if (member.path == dump_name) return {staging.state.get(), member.path};
    if (member.path == file_name) return {staging.home.get(), member.path};
    if (has_root(member, home_name)) return {staging.home.get(), "files" + member.path.substr(home_name.size())};
    if (has_root(member, state_name)) return {staging.state.get(), "files" + member.path.substr(state_name.size())};
    return {};
}

Result<std::vector<Member>> stage(const Staging& staging, const Read& read, const std::string& name,
                                  const std::function<Result<>(const Head&)>& head_fits)
{
    Stager stager{staging};
    std::set<std::string, std::less<>> missing{};
    TRY_LET(const auto sums, unpack(read,
                                    {.head =
                                         [&](const Head& head) {
                                             missing.emplace(head.is_file ? file_name : dump_name);
                                             return head_fits(head);
                                         },
                                     .file =
                                         [&](const Member& member) {
                                             missing.erase(member.path);
                                             return stager.begin(member);
                                         },
                                     .file_ended = [&](const Member& member) { return stager.end(member); },
                                     .other = [&](const Member& member) { return stager.other(member); }},
                                    name));
    if (!missing.empty())
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = name,
                          .reason = *missing.begin() + " is not in it",
                          .next = "nothing was restored; take another backup",
                          .doing = "restore from"});
    TRY(remember(staging, sums));
    return read_sums(sums);
}

Result<std::vector<Member>> staged(const Staging& staging)
{
    std::ifstream file{staging.state_path + '/' + sums_file, std::ios::binary};
    return read_sums(std::string{std::istreambuf_iterator<char>{file}, {}});
}

}  // namespace onefrontend::backup

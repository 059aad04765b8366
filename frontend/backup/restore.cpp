// Three acts, each of which may be done again: aside, the database, the files.
#include "frontend/backup/restore.hpp"

#include "common/text/moment.hpp"
#include "common/text/printable.hpp"
#include "frontend/backup/in_use.hpp"
#include "frontend/backup/staging.hpp"
#include "frontend/bootstrap/bootstrap.hpp"
#include "frontend/bootstrap/copies.hpp"
#include "frontend/bootstrap/lock.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/enroll/lost_time.hpp"
#include "frontend/enroll/state_paths.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fcntl.h>
#include <stdio.h>  // renameat
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace onefrontend::backup {
namespace {

using one::ErrorKind;
using one::Result;
using std::chrono::seconds;

constexpr std::string_view drivers = "remotes/";

enum class Act { aside = 0, database = 1, files = 2 };

struct Progress {
    std::string aside{};       // the name of the folder, below both roots
    std::int64_t made_at = 0;  // the backup
    Act next = Act::aside;
};

Result<> note(const Where& where, const Progress& progress)
{
    const Json tree{
        {"aside", progress.aside}, {"made_at", progress.made_at}, {"next", static_cast<int>(progress.next)}};
    return replace_file(mark_of_a_restore(where.state_dir), dump(tree), 0600);
}

Result<Progress> noted(const Where& where)
{
    TRY_LET(const auto text, read_small_file(mark_of_a_restore(where.state_dir), Links::refuse));
    TRY_LET(const Json tree, parse_json(text));
    Progress progress;
    int next = 0;
    JsonFields fields{tree};
    fields.required("aside", progress.aside);
    fields.required("made_at", progress.made_at);
    fields.required("next", next);
    TRY(fields.outcome());
    progress.next = static_cast<Act>(next);
    return progress;
}

/// Both roots are treated alike.
struct Half {
    const Tree* tree = nullptr;
    int staging = -1;
    std::string_view name{};
};

class Restore {
public:
    Restore(const Where& where, const FrontEnd& found, const Staging& staging, const std::vector<Member>& members) :
        where_(&where), found_(&found), staging_(&staging), members_(&members)
    {
    }

    Result<Restored> run(Progress progress, const Say& say)
    {
        if (progress.next == Act::aside) {
            say("what is here goes aside");
            for (const auto& half : halves())
                TRY(put_aside(half, progress.aside));
            TRY(done(progress, Act::database));
        }
        if (progress.next == Act::database) {
            say("the database becomes that of the backup");
            TRY(restore_database());
            TRY(done(progress, Act::files));
        }
        say("the files come into their places");
        TRY(move_files());
        TRY(remember_lost_time(progress.made_at));
        TRY(settle_folders());
        for (const auto& half : halves())
            if (::syncfs(half.tree->root.get()) != 0) return cannot("write", half.tree->scope.root);
        struct stat info {};
        const auto aside = fmt::format("{}/{}", where_->home, progress.aside);
        const auto of_state = fmt::format("{}/{}", where_->state_dir, progress.aside);
        if (::stat(aside.c_str(), &info) == 0) return Restored{aside};
        return Restored{::stat(of_state.c_str(), &info) == 0 ? of_state : ""};
    }

    /// Before anything is touched: where a file comes no folder may be.
    Result<> look_for_obstacles() const
    {
        for (const auto& member : *members_) {
            const auto* tree = tree_of(member);
            if (!tree || member.kind == Kind::directory) continue;
            const auto place = find_place(tree->root.get(), below(member));
            struct stat info {};
            if (!place || ::fstatat(place->folder.get(), place->name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
                continue;
            if (!S_ISDIR(info.st_mode) || is_image_place(*tree, below(member))) continue;
            return one::fail({.kind = ErrorKind::conflict,
                              .thing = one::printable(tree->scope.root + '/' + below(member)),
                              .reason = "a folder is there, and something else in the backup",
                              .next = "move it away",
                              .doing = "restore"});
        }
        return {};
    }

private:
    [[nodiscard]] std::array<Half, 2> halves() const
    {
        return {Half{&found_->home, staging_->home.get(), home_name},
                Half{&found_->state, staging_->state.get(), state_name}};
    }

    [[nodiscard]] const Tree* tree_of(const Member& member) const
    {
        if (member.path.starts_with(std::string{home_name} + '/')) return &found_->home;
        return member.path.starts_with(std::string{state_name} + '/') ? &found_->state : nullptr;
    }
    static std::string below(const Member& member) { return member.path.substr(member.path.find('/') + 1); }

    /// Names alone say little.
    static auto at(const Tree& tree, const Member& member)
    {
        return [&tree, &member](one::Error error) {
            error.thing = one::printable(tree.scope.root + '/' + below(member));
            return error;
        };
    }

    /// Images stay where they are, also behind links that only this machine has.
    static bool is_image_place(const Tree& tree, std::string_view path)
    {
        const auto whole = tree.scope.root + '/' + std::string{path};
        return !tree.scope.datastores.empty() &&
               (whole == tree.scope.datastores || whole.starts_with(tree.scope.datastores + '/'));
    }

    Result<> done(Progress& progress, Act next) const
    {
        progress.next = next;
        return note(*where_, progress);
    }

    /// Drivers that only this front-end has stay: its packages put them there. All else is of another life.
    Result<> put_aside(const Half& half, const std::string& aside) const
    {
        const auto& scope = half.tree->scope;
        return walk(
            half.tree->root.get(),
            [&](const std::string& path, const struct stat& info) {
                return is_kept(scope, path, info) && !is_image_place(*half.tree, path);
            },
            [&](const Found& found) -> Result<> {
                if (S_ISDIR(found.info.st_mode)) return {};
                if (found.path.starts_with(drivers) && !is_staged(half, found.path)) return {};
                TRY_LET(const auto place, find_place(half.tree->root.get(), aside + '/' + found.path, Missing::make));
                if (::renameat(found.folder, found.name.c_str(), place.folder.get(), place.name.c_str()) == 0)
                    return {};
                if (errno == ENOENT) return {};
                return cannot("move aside", scope.root + '/' + found.path);
            });
    }

    static bool is_staged(const Half& half, const std::string& path)
    {
        const auto place = find_place(half.staging, "files/" + path);
        struct stat info {};
        return place && ::fstatat(place->folder.get(), place->name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
    }

    Result<> restore_database() const
    {
        if (found_->place.is_file) return put_database_file();
        const bootstrap::Client client{found_->place, staging_->state_path};
        return bootstrap::restore(client, fmt::format("{}/{}", staging_->state_path, dump_name));
    }

    /// With oneadmin's name on it, whoever restores; the old one's journals must not be taken for its own.
    Result<> put_database_file() const
    {
        const int home = found_->home.root.get();
        struct stat info {};
        if (::fstat(home, &info) != 0) return cannot("look at", where_->home);
        const std::string from{file_name};
        if (::fstatat(staging_->home.get(), from.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
            return {};
        ::fstat(home, &info);
        if (::geteuid() == 0 &&
            ::fchownat(staging_->home.get(), from.c_str(), info.st_uid, info.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
            return cannot("give to its owner", from);
        for (const auto* journal : {"one.db-journal", "one.db-wal", "one.db-shm"})
            if (::unlinkat(home, journal, 0) != 0 && errno != ENOENT) return cannot("remove", journal);
        if (::renameat(staging_->home.get(), from.c_str(), home, "one.db") != 0)
            return cannot("replace", found_->place.path);
        return {};
    }

    Result<> move_files() const
    {
        for (const auto& member : *members_) {
            const auto* tree = tree_of(member);
            if (!tree) continue;
            auto moved = move(*tree, member).map_error(at(*tree, member));
            if (!moved && is_image_place(*tree, below(member))) continue;
            TRY(moved);
        }
        return {};
    }

    Result<> move(const Tree& tree, const Member& member) const
    {
        TRY_LET(const auto to, find_place(tree.root.get(), below(member), Missing::make));
        if (member.kind == Kind::directory) {
            if (::mkdirat(to.folder.get(), to.name.c_str(), 0700) == 0 || errno == EEXIST) return {};
            return cannot("create", member.path);
        }
        const auto staged = place_of(*staging_, member);
        TRY_LET(const auto from, find_place(staged.folder, staged.path));
        struct stat info {};
        const bool is_there = ::fstatat(to.folder.get(), to.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
        if (is_there && is_image_place(tree, below(member))) return {};
        if (::renameat(from.folder.get(), from.name.c_str(), to.folder.get(), to.name.c_str()) == 0) return {};
        if (errno == ENOENT && is_there) return {};  // before it was cut off
        return cannot("restore", member.path);
    }

    /// For nodes that renewed their certificates since.
    [[nodiscard]] Result<> remember_lost_time(std::int64_t made_at) const
    {
        const StatePaths paths{where_->state_dir};
        if (made_at == 0 || ::access(paths.authority_certificate().c_str(), F_OK) != 0) return {};
        const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        return write_lost_time(where_->state_dir, {made_at, now});
    }

    /// Innermost first: the mode of one may keep us out of it.
    Result<> settle_folders() const
    {
        Accounts accounts;
        for (auto member = members_->rbegin(); member != members_->rend(); ++member) {
            const auto* tree = tree_of(*member);
            if (!tree || member->kind != Kind::directory) continue;
            auto settled = settle(*tree, *member, accounts).map_error(at(*tree, *member));
            if (!settled && is_image_place(*tree, below(*member))) continue;
            TRY(settled);
        }
        return {};
    }

    static Result<> settle(const Tree& tree, const Member& member, Accounts& accounts)
    {
        TRY_LET(const auto place, find_place(tree.root.get(), below(member)));
        const one::Fd folder{
            ::openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (!folder.open()) return cannot("open", member.path);
        if (::geteuid() == 0) {
            TRY_LET(const auto user, accounts.user(member.user));
            TRY_LET(const auto group, accounts.group(member.group));
            if (::fchown(folder.get(), user, group) != 0) return cannot("give to its owner", member.path);
        }
        if (::fchmod(folder.get(), member.mode & 07777U) != 0) return cannot("set the mode of", member.path);
        return {};
    }

    const Where* where_;
    const FrontEnd* found_;
    const Staging* staging_;
    const std::vector<Member>* members_;
};

Result<std::string> schema_here(const std::string& oned)
{
    const auto output = one::run_command({.argv = {oned, "-v"}, .limit = seconds{20}});
    auto schema = output ? bootstrap::schema_wanted(output->out) : std::string{};
    if (!schema.empty()) return schema;
    return one::fail({.kind = ErrorKind::not_found,
                      .thing = oned + " -v",
                      .reason = "it does not say which OpenNebula is here",
                      .next = "install OpenNebula's packages, of the version that the backup is of",
                      .doing = "ask"});
}

Result<> must_fit(const Head& head, const bootstrap::Place& place, const std::string& schema, const std::string& name)
{
    const auto refuse = [&name](std::string reason, std::string next) {
        return one::fail({ErrorKind::conflict, name, std::move(reason), std::move(next), "restore from"});
    };
    if (head.is_file != place.is_file)
        return refuse(fmt::format("its database is {}, and DB of oned.conf says {}",
                                  head.is_file ? "SQLite's" : "MariaDB's", place.is_file ? "SQLite" : "MariaDB"),
                      "restore with a DB of the same kind; `onedb sqlite2mysql` changes it afterwards");
    switch (bootstrap::age_of(head.schema, schema)) {
    case bootstrap::Age::same: return {};
    case bootstrap::Age::newer:
        return refuse(fmt::format("its schema is {}, this OpenNebula has {}: there is no way back",
                                  std::max(head.schema.shared, head.schema.local), schema),
                      "restore it with the version of OpenNebula that it was made with, or a newer backup's");
    case bootstrap::Age::older: break;
    }
    return refuse(fmt::format("its schema is {}, this OpenNebula has {}",
                              std::min(head.schema.shared, head.schema.local), schema),
                  "restore it with the version of OpenNebula that it was made with, and upgrade then");
}

/// Held until the restore ends. Made by root it must not keep oneadmin's bootstrap out.
Result<one::Fd> lock(const Where& where, const FrontEnd& found)
{
    TRY_LET(auto held, bootstrap::lock_volume(where.home + "/.bootstrap.lock", seconds{0}, [](const std::string&) {}));
    struct stat info {};
    if (::fstat(found.home.root.get(), &info) != 0 ||
        (::geteuid() == 0 && ::fchown(held.get(), info.st_uid, info.st_gid) != 0))
        return cannot("lock", where.home);
    return held;
}

std::string name_of_aside()
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("{}{:%Y%m%dT%H%M%S}", aside_folder, fmt::gmtime(now));
}

/// Of the front-end that is given up; in the folder where its files go.
Result<> save_database(const FrontEnd& found, const bootstrap::Client& client, const std::string& aside,
                       const std::string& state_dir)
{
    TRY_LET(const bool there, bootstrap::has_table(client, "user_pool"));
    if (!there) return {};
    TRY(make_own_folder(found.state.root.get(), aside));
    return bootstrap::back_up(client,
                              fmt::format("{}/{}/{}", state_dir, aside, found.place.is_file ? file_name : dump_name));
}

one::Error cut_off(one::Error error)
{
    error.next = (error.next.empty() ? "" : error.next + "; then ") +
                 std::string{"onefrontend restore --continue: it goes on where it stopped"};
    return error;
}

Result<Restored> finish(const Where& where, const FrontEnd& found, const Staging& staging,
                        const std::vector<Member>& members, const Progress& progress, const Say& say)
{
    auto restored = Restore{where, found, staging, members}.run(progress, say);
    if (!restored) return one::fail(cut_off(restored.error()));
    // The mark first: without it the rest is litter, which the next restore removes.
    if (::unlink(mark_of_a_restore(where.state_dir).c_str()) != 0)
        return cannot("remove", mark_of_a_restore(where.state_dir));
    TRY(remove_staging(where));
    return restored;
}

}  // namespace

Result<Restored> restore(const Where& where, const Read& read, const std::string& name, Present present, const Say& say)
{
    TRY(refuse_half_a_restore(where.state_dir));
    TRY_LET(const auto schema, schema_here(where.oned));
    TRY_LET(const auto found, find_front_end(where, State::made));
    TRY_LET(const auto held, lock(where, found));
    TRY(remove_staging(where));
    TRY_LET(const auto staging, open_staging(where, found));
    const bootstrap::Client client{found.place, staging.state_path};
    TRY(refuse_in_use(client));
    TRY_LET(const auto already, found_already(client, where.state_dir));
    if (!already.empty() && present == Present::refuse) {
        TRY(remove_staging(where));
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = where.home,
                          .reason = fmt::format("there is a front-end here: {}", already),
                          .next = "to give it up for the one in the backup: --replace",
                          .doing = "restore to"});
    }

    say("reading and verifying the backup; nothing is touched before it is whole");
    Progress progress{.aside = name_of_aside()};
    auto members = stage(staging, read, name, [&](const Head& head) {
        const auto made_at = one::read_rfc3339(head.made_at);
        if (made_at) progress.made_at = std::chrono::system_clock::to_time_t(*made_at);
        return must_fit(head, found.place, schema, name);
    });
    auto clear =
        members ? Restore{where, found, staging, *members}.look_for_obstacles() : Result<>{one::fail(members.error())};
    if (clear && !already.empty()) clear = save_database(found, client, progress.aside, where.state_dir);
    if (clear) clear = refuse_in_use(client);  // reading took its time
    if (!clear) {
        TRY(remove_staging(where));
        return one::fail(clear.error());
    }
    for (const auto* tree : {&found.home, &found.state})
        if (::syncfs(tree->root.get()) != 0) return cannot("write", tree->scope.root);
    TRY(note(where, progress));
    return finish(where, found, staging, *members, progress, say);
}

Result<Restored> go_on(const Where& where, const Say& say)
{
    const auto progress = noted(where);
    if (!progress && progress.error().kind == ErrorKind::not_found)
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = "a restore",
                          .reason = "none was cut off after it began to change things",
                          .next = "onefrontend restore FILE",
                          .doing = "go on with"});
    TRY(progress);
    TRY_LET(const auto found, find_front_end(where, State::made));
    TRY_LET(const auto held, lock(where, found));
    TRY_LET(const auto staging, open_staging(where, found));
    TRY(refuse_in_use(bootstrap::Client{found.place, staging.state_path}));
    TRY_LET(const auto members, staged(staging));
    return finish(where, found, staging, members, *progress, say);
}

}  // namespace onefrontend::backup

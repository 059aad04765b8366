// Each act leaves a file behind that says how far it came.
#include "frontend/bootstrap/upgrade.hpp"

#include "common/text/number.hpp"
#include "frontend/bootstrap/copies.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

namespace onefrontend::bootstrap {
namespace {

using one::ErrorKind;
using one::Result;

std::string folder_of(const Wish& wish)
{
    return wish.home + "/.upgrade";
}

/// Holds the backup's name while the database itself is worked on.
std::string mark_of(const Wish& wish)
{
    return folder_of(wish) + "/begun";
}

std::vector<std::string> names_in(const std::string& directory)
{
    std::vector<std::string> names;
    for (const auto& path : files_like(directory, "", ""))
        names.push_back(std::filesystem::path{path}.filename());
    return names;
}

Result<std::string> last_version(const Client& client, std::string_view table)
{
    TRY_LET(const bool there, has_table(client, table));
    if (!there) return std::string{};
    TRY_LET(const auto rows, client.ask(fmt::format("SELECT version FROM {} ORDER BY oid DESC LIMIT 1;\n", table)));
    return rows.empty() ? std::string{} : rows[0][0];
}

/// onedb's own exit code is not enough: what stands in the tables counts.
Result<> check_version(const Client& client, const std::string& wanted)
{
    TRY_LET(const auto schema, read_schema(client));
    if (age_of(schema, wanted) == Age::same) return {};
    return one::fail({.kind = ErrorKind::internal,
                      .thing = to_string(client.place()),
                      .reason = fmt::format("onedb left it at {} and {}", schema.shared, schema.local),
                      .next = fmt::format("run onedb upgrade -v on a copy, and look at what it says"),
                      .doing = "upgrade"});
}

/// What a copy takes at most. As text most values are shorter than as rows with their indexes.
Result<std::uintmax_t> size_of(const Client& client)
{
    std::error_code failed;
    if (client.place().is_file) {
        const auto size = std::filesystem::file_size(client.place().path, failed);
        return failed ? one::fail(one::error_from_errno(failed.value(), client.place().path))
                      : Result<std::uintmax_t>{size};
    }
    TRY_LET(const auto rows, client.ask("SELECT COALESCE(SUM(data_length + index_length), 0) FROM "
                                        "information_schema.tables WHERE table_schema = DATABASE();\n"));
    return rows.empty() || rows[0].empty() ? 0 : one::to_number<std::uintmax_t>(rows[0][0]).value_or(0);
}

/// For the backup; a file's trial lies beside it.
Result<> check_room(const Wish& wish, const Client& client)
{
    TRY_LET(const auto size, size_of(client));
    const auto needed = client.place().is_file ? 2 * size : size;
    std::error_code failed;
    const auto room = std::filesystem::space(wish.home, failed);
    if (failed) return one::fail(one::error_from_errno(failed.value(), wish.home));
    if (room.available >= needed) return {};
    return one::fail({.kind = ErrorKind::no_space,
                      .thing = folder_of(wish),
                      .reason = fmt::format("the backup before the upgrade may take {} MB, and {} MB are free",
                                            (needed + 999'999) / 1'000'000, room.available / 1'000'000),
                      .next = fmt::format("free space there (df -h {}), or enlarge the volume", wish.home),
                      .doing = "back up to"});
}

/// On a copy of the backup: shows that the backup can be read, and that the migrators get through.
Result<> try_on_a_copy(const Wish& wish, const Client& client, const std::string& backup, const std::string& wanted)
{
    const Place place = trial_of(client.place(), folder_of(wish));
    const Client trial{place, wish.home + "/.one"};
    auto restored = restore(trial, backup);
    if (!restored && restored.error().kind == ErrorKind::denied) {
        restored.error().reason = "the upgrade is tried on a copy first, and this user may not make one";
        restored.error().next = fmt::format("GRANT ALL PRIVILEGES ON {}.* TO {}@'%'", place.name, place.user);
    }
    auto done = restored ? migrate(trial, wish.onedb) : restored;
    if (done) done = check_version(trial, wanted);
    TRY(drop(trial));
    return done;
}

Result<> forget_mark(const Wish& wish)
{
    if (::unlink(mark_of(wish).c_str()) == 0 || errno == ENOENT) return {};
    return one::fail(one::error_from_errno(errno, mark_of(wish)));
}

}  // namespace

Result<Schema> read_schema(const Client& client)
{
    Schema schema;
    TRY_LET(schema.shared, last_version(client, "db_versioning"));
    TRY_LET(schema.local, last_version(client, "local_db_versioning"));
    return schema;
}

Result<> take_back_half_an_upgrade(const Wish& wish, const Client& client, const Say& say)
{
    const auto backup = read_small_file(mark_of(wish), Links::refuse);
    if (!backup && backup.error().kind == ErrorKind::not_found) return {};
    if (!backup) return one::fail(backup.error());
    say(fmt::format("an upgrade of the database was cut off: it becomes again what {} has", *backup));
    TRY(restore(client, *backup));
    return forget_mark(wish);
}

Result<> check_upgrade(const Wish& wish, const Client& client, const Schema& found, const std::string& wanted)
{
    TRY(migrators_between(names_in(wish.migrators + "/shared"), found.shared, wanted));
    TRY(migrators_between(names_in(wish.migrators + "/local"), found.local, wanted));
    return check_room(wish, client);
}

Result<> upgrade_schema(const Wish& wish, const Client& client, const Schema& found, const std::string& wanted,
                        const Say& say)
{
    TRY(check_upgrade(wish, client, found, wanted));
    TRY(make_directory(folder_of(wish), 0700));

    const auto from = std::min(found.shared, found.local);
    const auto backup =
        fmt::format("{}/{}-before-{}.{}", folder_of(wish), from, wanted, client.place().is_file ? "db" : "sql");
    say(fmt::format("the database has schema {}, this OpenNebula {}: backing it up to {}", from, wanted, backup));
    TRY(back_up(client, backup));
    say("trying the upgrade on a copy of it");
    TRY(try_on_a_copy(wish, client, backup, wanted));
    say("that worked: upgrading the database itself");
    TRY(replace_file(mark_of(wish), backup, 0600));
    auto done = migrate(client, wish.onedb);
    if (done) done = check_version(client, wanted);
    if (!done) TRY(restore(client, backup));
    TRY(forget_mark(wish));
    if (done) say(fmt::format("the database has schema {} now; {} can go when all is well", wanted, backup));
    return done;
}

}  // namespace onefrontend::bootstrap

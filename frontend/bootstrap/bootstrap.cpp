// The order of it: the database, its schema, the secrets.
#include "frontend/bootstrap/bootstrap.hpp"

#include "common/command.hpp"
#include "frontend/bootstrap/schema.hpp"
#include "frontend/bootstrap/upgrade.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <thread>

namespace onefrontend::bootstrap {
namespace {

using one::ErrorKind;
using one::Result;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks{500};
constexpr seconds patience_with_refusals{10};  // an account that is just being made
constexpr seconds limit_of_oned_v{20};

Result<std::string> wanted_schema(const Wish& wish)
{
    TRY_LET(const auto output, one::run_command({.argv = {wish.oned, "-v"}, .limit = limit_of_oned_v}));
    auto wanted = schema_wanted(output.out);
    if (!wanted.empty()) return wanted;
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = wish.oned + " -v",
                      .reason = "it does not say which OpenNebula it is",
                      .next = "is OpenNebula's package whole?",
                      .doing = "understand"});
}

}  // namespace

Result<> wait_for_database(const Client& client, seconds patience, const Say& say)
{
    const auto begin = steady_clock::now();
    std::string told;
    for (;;) {
        auto looked = look_at_database(client);
        if (looked) {
            if (looked->errors.empty()) {
                for (const auto& warning : looked->warnings)
                    say("warning: " + one::to_text(warning));
                return {};
            }
            looked = one::fail(looked->errors.front());
        }
        const auto& error = looked.error();
        const bool silent =
            error.kind == ErrorKind::unreachable || error.kind == ErrorKind::busy || error.kind == ErrorKind::timeout;
        const auto limit = silent ? patience : std::min(patience, patience_with_refusals);
        if (steady_clock::now() - begin >= limit) return one::fail(error);
        const auto reason = one::to_line(error);
        if (reason != told) say("waits for the database: " + reason);
        told = reason;
        std::this_thread::sleep_for(between_looks);
    }
}

Result<> settle_schema(const Wish& wish, const Client& client, const Say& say)
{
    TRY(take_back_half_an_upgrade(wish, client, say));
    TRY_LET(const auto schema, read_schema(client));
    if (schema.shared.empty() && schema.local.empty()) return {};  // oned makes it
    TRY_LET(const auto wanted, wanted_schema(wish));
    switch (age_of(schema, wanted)) {
    case Age::same: return {};
    case Age::newer: return one::fail(too_new(schema, wanted));
    case Age::older: break;
    }
    return upgrade_schema(wish, client, schema, wanted, say);
}

Result<> look_ahead(const Wish& wish, const Say& say)
{
    TRY_LET(const auto oned_conf, read_small_file(wish.etc + "/oned.conf"));
    TRY_LET(const auto place, place_in(oned_conf, wish.home));
    const auto none_yet = [&say] {
        say("There is no database of OpenNebula's yet: the start makes it.");
        return Result<>{};
    };
    if (place.is_file && ::access(place.path.c_str(), F_OK) != 0) return none_yet();
    const Client client{place, wish.home + "/.one"};
    TRY_LET(const auto schema, read_schema(client));
    if (schema.shared.empty() && schema.local.empty()) return none_yet();
    TRY_LET(const auto wanted, wanted_schema(wish));
    switch (age_of(schema, wanted)) {
    case Age::same: say(fmt::format("The database has schema {}, as this OpenNebula wants it.", wanted)); return {};
    case Age::newer: return one::fail(too_new(schema, wanted));
    case Age::older: break;
    }
    TRY(check_upgrade(wish, client, schema, wanted));
    say(fmt::format(
        "The start will upgrade the database from schema {} to {}: every migrator is here, and there is room "
        "for the backup.",
        std::min(schema.shared, schema.local), wanted));
    return {};
}

Result<> prepare_for_oned(const Wish& wish, const Say& say)
{
    TRY_LET(const auto oned_conf, read_small_file(wish.etc + "/oned.conf"));
    TRY_LET(const auto place, place_in(oned_conf, wish.home));
    const Client client{place, wish.home + "/.one"};
    TRY(make_directory(wish.home + "/.one", 0700));
    TRY(wait_for_database(client, wish.patience, say));
    TRY(settle_schema(wish, client, say));
    return settle_secrets(wish, client, say);
}

}  // namespace onefrontend::bootstrap

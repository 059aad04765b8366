// The files below ~oneadmin/.one, and what the database says to them.
#include "common/text/words.hpp"
#include "frontend/bootstrap/bootstrap.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>

namespace onefrontend::bootstrap {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::array<std::string_view, 5> services{"sunstone", "onegate", "oneflow", "oneform", "oneks"};
constexpr std::string_view server_account = "serveradmin";

std::string folder_of(const Wish& wish)
{
    return wish.home + "/.one";
}

std::string auth_of(const Wish& wish, std::string_view service)
{
    return fmt::format("{}/{}_auth", folder_of(wish), service);
}

Result<std::optional<std::string>> read_where_there(const std::string& path)
{
    auto text = read_small_file(path, Links::refuse);
    if (text) return std::optional{*std::move(text)};
    if (text.error().kind == ErrorKind::not_found) return std::optional<std::string>{};
    return one::fail(text.error());
}

Result<std::optional<Auth>> present_auth(const std::string& path)
{
    TRY_LET(const auto text, read_where_there(path));
    return text ? read_auth(*text) : std::nullopt;
}

Result<> write_auth(const std::string& path, std::string_view name, const one::Secret& password)
{
    std::string line = fmt::format("{}:{}\n", name, password.reveal());
    const auto present = read_small_file(path, Links::refuse);
    auto written = present && *present == line ? Result<>{} : replace_file(path, line, 0600);
    one::wipe(line);
    return written;
}

const one::Secret* wished(const std::optional<one::Secret>& secret)
{
    return secret ? &*secret : nullptr;
}

Result<> tell_database(const Client& client, const User& user, const one::Secret& secret)
{
    TRY(client.ask(statement_for(user, hash_of(secret))));
    TRY_LET(const auto now, find_user(client, user.id));
    if (now && now->hash == hash_of(secret)) return {};
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = fmt::format("the password of {}", user.name),
                      .reason = "somebody else changed it at the same time",
                      .next = "nothing, if it is started again by itself",
                      .doing = "change"});
}

Result<> settle_oneadmin(const Wish& wish, const Client& client, const std::optional<User>& user, const Say& say)
{
    if (wish.oneadmin_password) TRY(check_password(*wish.oneadmin_password, "oneadmin"));
    const auto path = auth_of(wish, "one");
    TRY_LET(const auto present, present_auth(path));
    TRY_LET(const auto decision, decide_oneadmin(user, present, wished(wish.oneadmin_password)));
    if (decision.tell_database) TRY(tell_database(client, *user, decision.secret));
    if (!decision.word.empty()) say(decision.word);
    const auto name = user ? user->name : present ? present->name : "oneadmin";
    return write_auth(path, name, decision.secret);
}

/// Into an empty database oned brings serveradmin itself, and wants none of these files to be there.
Result<> forget_leftovers(const Wish& wish, const Say& say)
{
    for (const auto service : services) {
        const auto path = auth_of(wish, service);
        if (::access(path.c_str(), F_OK) != 0) continue;
        say(fmt::format("{} belongs to another database and is removed", path));
        if (::unlink(path.c_str()) != 0) return one::fail(one::error_from_errno(errno, path));
    }
    return {};
}

Result<> settle_serveradmin(const Wish& wish, const Client& client, const Say& say)
{
    TRY_LET(const auto user, find_user(client, 1));
    if (!user || user->driver != "server_cipher") return {};  // certificates, or an account of somebody's own
    std::vector<Auth> present;
    for (const auto service : services) {
        TRY_LET(auto auth, present_auth(auth_of(wish, service)));
        if (auth) present.push_back(*std::move(auth));
    }
    const auto decision = decide_serveradmin(*user, present, wished(wish.serveradmin_password));
    if (decision.tell_database) TRY(tell_database(client, *user, decision.secret));
    if (!decision.word.empty()) say(decision.word);
    for (const auto service : services)
        TRY(write_auth(auth_of(wish, service), user->name, decision.secret));
    return {};
}

/// Encrypted attributes are lost without it; oned would make another one without a word. The one that is there stays,
/// whatever the setting's file holds: after a restore that file is the one of another front-end.
Result<> settle_key(const Wish& wish, bool empty_database, const Say& say)
{
    const auto path = folder_of(wish) + "/one_key";
    TRY_LET(const auto present, read_where_there(path));
    const bool there = present && !one::trim(*present).empty();
    if (!there && wish.one_key) return replace_file(path, fmt::format("{}\n", wish.one_key->reveal()), 0600);
    if (!there && empty_database) return {};  // oned makes it
    if (!there)
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = path,
                          .reason = "it is lost, and passwords of datastores and hosts in the database are encrypted "
                                    "with it",
                          .next = "bring it back from a backup, or set credentials.oneKey.keyFile; with a new one "
                                  "(`openssl rand -hex 16`) those passwords have to be given anew",
                          .doing = "use"});
    if (wish.one_key && one::trim(*present) != wish.one_key->reveal())
        say(fmt::format("{} is kept: credentials.oneKey.keyFile holds another one, which is only for a volume without",
                        path));
    return {};
}

}  // namespace

Result<> settle_secrets(const Wish& wish, const Client& client, const Say& say)
{
    TRY(make_directory(folder_of(wish), 0700));
    TRY_LET(const auto oneadmin, find_user(client, 0));
    TRY(settle_key(wish, !oneadmin, say));
    TRY(settle_oneadmin(wish, client, oneadmin, say));
    return oneadmin ? settle_serveradmin(wish, client, say) : forget_leftovers(wish, say);
}

Result<std::optional<std::string>> hash_to_tell_oned(const Wish& wish)
{
    if (!wish.serveradmin_password) return std::optional<std::string>{};
    TRY_LET(const auto present, present_auth(auth_of(wish, services.front())));
    if (present && one::same_secret(present->password, *wish.serveradmin_password)) return std::optional<std::string>{};
    return std::optional{hash_of(*wish.serveradmin_password)};
}

Result<> write_serveradmin(const Wish& wish)
{
    for (const auto service : services)
        TRY(write_auth(auth_of(wish, service), server_account, *wish.serveradmin_password));
    return {};
}

Result<> prepare_for_service(const Wish& wish, std::string_view role)
{
    if (!wish.serveradmin_password || role == "guacd") return {};
    TRY(check_password(*wish.serveradmin_password, server_account));
    TRY(make_directory(folder_of(wish), 0700));
    // OneForm reads OneFlow's, though its unit asks for its own.
    const auto service = role == "fireedge" ? "sunstone" : role == "oneform" ? "oneflow" : role;
    return write_auth(auth_of(wish, service), server_account, *wish.serveradmin_password);
}

}  // namespace onefrontend::bootstrap

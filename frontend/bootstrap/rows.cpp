// What stands in the database's tables, in our words.
#include "frontend/bootstrap/bootstrap.hpp"

#include <fmt/format.h>

namespace onefrontend::bootstrap {

using one::ErrorKind;
using one::Result;

Result<bool> has_table(const Client& client, std::string_view name)
{
    const auto sql =
        client.place().is_file
            ? fmt::format("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{}';\n", name)
            : fmt::format("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{}' AND TABLE_NAME = "
                          "'{}';\n",
                          client.place().name, name);
    TRY_LET(const auto rows, client.ask(sql));
    return !rows.empty();
}

Result<std::optional<User>> find_user(const Client& client, int id)
{
    TRY_LET(const bool there, has_table(client, "user_pool"));
    if (!there) return std::optional<User>{};
    TRY_LET(const auto rows, client.ask(fmt::format("SELECT name, body FROM user_pool WHERE oid = {};\n", id)));
    if (rows.empty()) return std::optional<User>{};
    auto user = rows[0].size() == 2 ? read_user(id, rows[0][0], rows[0][1]) : std::nullopt;
    if (user) return user;
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = fmt::format("user {} in {}", id, to_string(client.place())),
                      .reason = "it is not written as OpenNebula writes it",
                      .next = "look at it: onedb show-body user --id " + std::to_string(id),
                      .doing = "read"});
}

}  // namespace onefrontend::bootstrap

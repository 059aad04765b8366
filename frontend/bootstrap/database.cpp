// Where the database is, and whether a server that lets us in will do.
#include "frontend/bootstrap/database.hpp"

#include "common/text/number.hpp"
#include "frontend/enroll/attributes.hpp"

#include <fmt/format.h>

namespace onefrontend::bootstrap {
namespace {

using one::ErrorKind;
using one::Result;

constexpr int monitords_connections = 16;  // 15 and one more
constexpr int spare_connections = 4;       // oned's two more, onedb, us

/// A name goes into SQL between backticks.
Result<> check_name(const Place& place)
{
    if (!place.name.empty() && place.name.find_first_of("`'\"\\\n\t ") == std::string::npos) return {};
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = fmt::format("DB_NAME {}", place.name),
                      .reason = "a database's name has no blanks and no quotes",
                      .next = "name another one in DB of oned.conf",
                      .doing = "use"});
}

std::string variable(const std::vector<Row>& rows, std::string_view name)
{
    for (const auto& row : rows)
        if (row.size() == 2 && row[0] == name) return row[1];
    return {};
}

Result<ServerFacts> facts_of(const Client& client)
{
    const auto name = client.place().name;
    TRY_LET(const auto rows,
            client.ask(fmt::format(
                "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation', "
                "'max_connections', 'max_user_connections', 'require_secure_transport');\n"
                "SELECT 'database', DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "
                "'{0}';\n"
                "SELECT 'tables', A.CHARACTER_SET_NAME FROM information_schema.TABLES T JOIN "
                "information_schema.COLLATION_CHARACTER_SET_APPLICABILITY A ON A.COLLATION_NAME = T.TABLE_COLLATION "
                "WHERE T.TABLE_SCHEMA = '{0}' AND T.TABLE_NAME = 'system_attributes';\n",
                name)));
    ServerFacts facts;
    facts.isolation = variable(rows, "transaction_isolation");
    if (facts.isolation.empty()) facts.isolation = variable(rows, "tx_isolation");
    facts.max_connections = one::to_number<int>(variable(rows, "max_connections")).value_or(0);
    const int for_the_user = one::to_number<int>(variable(rows, "max_user_connections")).value_or(0);
    if (for_the_user > 0 && for_the_user < facts.max_connections) facts.max_connections = for_the_user;
    facts.charset = variable(rows, "database");
    facts.tables_charset = variable(rows, "tables");
    facts.wants_tls = variable(rows, "require_secure_transport") == "ON";
    return facts;
}

}  // namespace

Result<Place> place_in(std::string_view oned_conf, const std::string& home)
{
    TRY_LET(const auto attributes, parse_attributes(oned_conf));
    Place place{.path = home + "/one.db"};
    const Attribute* database = find_attribute(attributes, "DB");
    if (!database || value_in(*database, "BACKEND") != "mysql") return place;
    const auto given = [database](std::string_view name, std::string_view otherwise) {
        const auto value = value_in(*database, name);
        return std::string{value.empty() ? otherwise : value};
    };
    place.is_file = false;
    place.server = given("SERVER", "localhost");
    place.port = one::to_number<int>(value_in(*database, "PORT")).value_or(0);
    place.user = given("USER", "oneadmin");
    place.password = one::Secret{given("PASSWD", "oneadmin")};
    place.name = given("DB_NAME", "opennebula");
    place.connections = one::to_number<int>(value_in(*database, "CONNECTIONS")).value_or(25);
    TRY(check_name(place));
    return place;
}

std::string to_string(const Place& place)
{
    if (place.is_file) return place.path;
    if (place.port == 0) return fmt::format("database {} at {}", place.name, place.server);
    return fmt::format("database {} at {} port {}", place.name, place.server, place.port);
}

Fitness judge(const ServerFacts& facts, const Place& place)
{
    Fitness fitness;
    const auto found = [&place](ErrorKind kind, std::string reason, std::string next) {
        return one::Error{kind, to_string(place), std::move(reason), std::move(next), "use"};
    };
    if (facts.wants_tls && place.server != "localhost")  // by the socket, which counts as secure
        fitness.errors.push_back(found(ErrorKind::unsupported, std::string{wants_tls}, std::string{past_tls}));
    const int wanted = place.connections + monitords_connections + spare_connections;
    if (facts.max_connections > 0 && facts.max_connections < wanted)
        fitness.errors.push_back(
            found(ErrorKind::invalid,
                  fmt::format("it allows {} connections; oned and onemonitord want {}", facts.max_connections, wanted),
                  "raise max_connections (and max_user_connections) there, or lower database.pool"));
    if (!facts.tables_charset.empty() && facts.tables_charset != facts.charset)
        fitness.errors.push_back(
            found(ErrorKind::invalid,
                  fmt::format("its charset is {}, but that of its tables {}: oned refuses that", facts.charset,
                              facts.tables_charset),
                  fmt::format("ALTER DATABASE {} CHARACTER SET {}", place.name, facts.tables_charset)));
    if (!facts.charset.empty() && !facts.charset.starts_with("utf8"))
        fitness.warnings.push_back(found(ErrorKind::invalid,
                                         fmt::format("its charset is {}: not every name fits in", facts.charset),
                                         "utf8mb4 is the one to have"));
    if (!facts.isolation.empty() && facts.isolation != "READ-COMMITTED")
        fitness.warnings.push_back(
            found(ErrorKind::invalid,
                  fmt::format("its isolation is {}: OpenNebula is made for READ-COMMITTED", facts.isolation),
                  "set transaction-isolation = READ-COMMITTED in the server's file"));
    return fitness;
}

Result<Fitness> look_at_database(const Client& client)
{
    if (client.place().is_file) return Fitness{};
    const auto there = client.ask("SELECT 1;\n");
    if (!there && there.error().kind == ErrorKind::not_found) {
        const auto made =
            client.ask(fmt::format("CREATE DATABASE IF NOT EXISTS `{}` CHARACTER SET utf8mb4;\n", client.place().name),
                       Client::Within::server);
        if (!made) return one::fail(made.error().kind == ErrorKind::denied ? there.error() : made.error());
    } else if (!there) {
        return one::fail(there.error());
    }
    TRY_LET(const auto facts, facts_of(client));
    return judge(facts, client.place());
}

}  // namespace onefrontend::bootstrap

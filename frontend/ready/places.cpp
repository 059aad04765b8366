// Reads addresses and ports from OpenNebula's two grammars.
#include "frontend/ready/places.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/attributes.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

constexpr int oned_port = 2633;
constexpr int monitord_port = 4124;
constexpr int database_port = 3306;
constexpr int sshd_port = 22;
constexpr const char* database_socket = "/run/mysqld/mysqld.sock";  // where Debian's client library looks

Result<int> port_of(std::string_view text, int otherwise)
{
    if (text.empty() || text == "0") return otherwise;
    if (const auto port = one::to_port(text)) return *port;
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = fmt::format("port {}", text),
                      .reason = "a port is a number from 1 to 65535",
                      .doing = "use"});
}

std::string reachable(std::string_view listening)
{
    if (listening == "::") return "::1";
    if (listening.empty() || listening == "0.0.0.0") return "127.0.0.1";
    return std::string{listening};
}

std::string_view value_of(const std::vector<Attribute>& attributes, std::string_view name)
{
    const Attribute* found = find_attribute(attributes, name);
    return found ? std::string_view{found->value} : std::string_view{};
}

std::string scalar_in(const YAML::Node& map, const char* name)
{
    const auto plain = map[name];
    if (plain && plain.IsScalar()) return plain.Scalar();
    const auto symbol = map[fmt::format(":{}", name)];
    return symbol && symbol.IsScalar() ? symbol.Scalar() : std::string{};
}

}  // namespace

Result<Peer> oned_place(std::string_view oned_conf)
{
    TRY_LET(const auto attributes, parse_attributes(oned_conf));
    TRY_LET(const int port, port_of(value_of(attributes, "PORT"), oned_port));
    return Peer{reachable(value_of(attributes, "LISTEN_ADDRESS")), port};
}

Result<Peer> monitord_place(std::string_view monitord_conf)
{
    TRY_LET(const auto attributes, parse_attributes(monitord_conf));
    const Attribute* network = find_attribute(attributes, "NETWORK");
    if (!network) return Peer{"127.0.0.1", monitord_port};
    TRY_LET(const int port, port_of(value_in(*network, "PORT"), monitord_port));
    return Peer{reachable(value_in(*network, "ADDRESS")), port};
}

Result<std::optional<Peer>> database_place(std::string_view oned_conf)
{
    TRY_LET(const auto attributes, parse_attributes(oned_conf));
    const Attribute* database = find_attribute(attributes, "DB");
    if (!database || value_in(*database, "BACKEND") != "mysql") return std::optional<Peer>{};
    const std::string server{value_in(*database, "SERVER")};
    if (server.empty() || server == "localhost")  // the client library takes its socket then
        return std::optional{Peer{database_socket, 0}};
    TRY_LET(const int port, port_of(value_in(*database, "PORT"), database_port));
    return std::optional{Peer{server, port}};
}

Result<Peer> server_place(std::string_view yaml, int default_port)
try {
    YAML::Node tree = YAML::Load(std::string{yaml});
    if (!tree.IsMap()) return Peer{"127.0.0.1", default_port};
    if (const auto server = tree[":server"]; server && server.IsMap()) tree = server;
    TRY_LET(const int port, port_of(scalar_in(tree, "port"), default_port));
    const std::string bind = scalar_in(tree, "bind");
    return Peer{reachable(bind.empty() ? scalar_in(tree, "host") : bind), port};
} catch (const YAML::Exception& broken) {  // yaml-cpp has no other form
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = "the server's configuration",
                      .reason = fmt::format("line {}: {}", broken.mark.line + 1, broken.msg),
                      .doing = "read"});
}

Result<Peer> sshd_place(std::string_view sshd_conf)
{
    constexpr std::string_view keyword = "Port ";
    for (const std::string& line : one::split_lines(sshd_conf))
        if (line.starts_with(keyword)) {
            TRY_LET(const int port, port_of(std::string_view{line}.substr(keyword.size()), sshd_port));
            return Peer{"127.0.0.1", port};
        }
    return Peer{"127.0.0.1", sshd_port};
}

}  // namespace onefrontend

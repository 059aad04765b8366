// OpenNebula's database before oned has it: where it is, whether it will do, what stands in it.
#pragma once

#include "common/command.hpp"
#include "common/result.hpp"
#include "common/secret.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::bootstrap {

struct Place {  // DB of oned.conf
    bool is_file = true;
    std::string path{};  // of the file
    std::string server{};
    int port = 0;  // 0: the client's own, or its socket
    std::string user{};
    one::Secret password{};
    std::string name{};
    int connections = 25;  // oned's
};

/// As oned reads it, with its defaults.
one::Result<Place> place_in(std::string_view oned_conf, const std::string& home);

/// "opennebula at db.example.com port 3306", or the path.
std::string to_string(const Place& place);

/// What the client program said, in our words: nobody there, credentials refused, no such database ... Never a secret.
one::Error explain_client(const Place& place, std::string_view said);

/// The name that is installed: `mariadb`, or `mysql`.
const char* client_program();

using Row = std::vector<std::string>;

/// One place's client program, started for each question. The password goes through an option file below `folder`, for
/// the time of the question.
class Client {
public:
    Client(const Place& place, std::string folder) : place_(&place), folder_(std::move(folder)) {}

    enum class Within { database, server };
    one::Result<std::vector<Row>> ask(const std::string& sql, Within within = Within::database) const;
    /// A client program with what comes behind its credentials.
    one::Result<> run(std::vector<std::string> argv, std::chrono::milliseconds limit) const;
    [[nodiscard]] const Place& place() const { return *place_; }

private:
    one::Result<std::vector<Row>> with_credentials(one::Command command) const;
    one::Result<std::vector<Row>> answer(const one::Command& command) const;

    const Place* place_;
    std::string folder_;
};

/// The text of an option file.
one::Secret option_file(const Place& place);

struct Fitness {  // what is wrong with a server that lets us in
    std::vector<one::Error> errors{};
    std::vector<one::Error> warnings{};
};

struct ServerFacts {
    std::string isolation{};       // READ-COMMITTED
    int max_connections = 0;       // 0: no limit
    std::string charset{};         // of the database
    std::string tables_charset{};  // of system_attributes; empty: no table yet
    bool wants_tls = false;        // of whoever comes by TCP
};

/// Said by the server, or seen in its settings where the client program came in by TLS of its own.
inline constexpr std::string_view wants_tls = "it wants TLS, which oned does not speak";
inline constexpr std::string_view past_tls =
    "docs/image.md, database: switch require_secure_transport off, or a tunnel";

/// Pure.
Fitness judge(const ServerFacts& facts, const Place& place);

/// One look: the database is there and lets us in; made where it is missing and we may. The error says what is wrong.
one::Result<Fitness> look_at_database(const Client& client);

}  // namespace onefrontend::bootstrap

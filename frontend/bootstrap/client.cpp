// Asks through `mariadb` or `sqlite3`, and reads what these say when they fail.
#include "common/command.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"
#include "frontend/bootstrap/database.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <charconv>

namespace onefrontend::bootstrap {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::chrono::seconds limit_of_a_question{30};

int number_in(std::string_view said)
{
    const auto at = said.find("ERROR ");
    int number = 0;
    if (at != std::string_view::npos) std::from_chars(said.data() + at + 6, said.data() + said.size(), number);
    return number;
}

std::string words_of(std::string_view said)
{
    const auto lines = one::split_lines(one::trim(said));
    return lines.empty() ? "its client says nothing" : one::printable(lines.back());
}

std::vector<Row> rows_in(const std::string& output)
{
    std::vector<Row> rows;
    for (const auto& line : one::split_lines(output)) {
        Row row;
        for (std::size_t begin = 0; begin <= line.size();) {
            const auto end = std::min(line.find('\t', begin), line.size());
            row.push_back(line.substr(begin, end - begin));
            begin = end + 1;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

struct Removed {  // when it goes out of scope
    std::string path{};
    ~Removed() { ::unlink(path.c_str()); }
};

void append_option(std::string& text, std::string_view name, std::string_view value)
{
    text += name;
    text += "=\"";
    for (const char letter : value) {
        if (letter == '"' || letter == '\\') text += '\\';
        text += letter;
    }
    text += "\"\n";
}

}  // namespace

const char* client_program()
{
    return ::access("/usr/bin/mariadb", X_OK) == 0 ? "mariadb" : "mysql";
}

one::Error explain_client(const Place& place, std::string_view said)
{
    one::Error error{.kind = ErrorKind::internal, .thing = to_string(place), .reason = words_of(said), .doing = "use"};
    const auto as = [&error](ErrorKind kind, std::string reason, std::string next) {
        error.kind = kind;
        error.reason = std::move(reason);
        error.next = std::move(next);
        return error;
    };
    switch (number_in(said)) {
    case 2002:
    case 2003: return as(ErrorKind::unreachable, "nobody answers there", "start it; DB of oned.conf says where it is");
    case 2005: return as(ErrorKind::unreachable, fmt::format("{} is no name that is known here", place.server), "");
    case 2006:
    case 2013: return as(ErrorKind::unreachable, "it hung up", "look at its log");
    case 1045:
    case 1698:
        return as(ErrorKind::denied, fmt::format("it refuses the user {} with the password it was given", place.user),
                  "put the right password into the file that database.credentials.passwordFile names, or into PASSWD "
                  "of oned.conf's DB");
    case 1044:
    case 1142:
        return as(ErrorKind::denied, fmt::format("the user {} may not use this database", place.user),
                  fmt::format("GRANT ALL PRIVILEGES ON {}.* TO {}@'%'", place.name, place.user));
    case 1049:
        return as(ErrorKind::not_found, "there is no such database, and it may not be made by this user",
                  fmt::format("CREATE DATABASE {0} CHARACTER SET utf8mb4; GRANT ALL PRIVILEGES ON {0}.* TO {1}@'%'",
                              place.name, place.user));
    case 1129:
    case 1130: return as(ErrorKind::denied, "it does not let this machine in", "look at its accounts' hosts");
    case 1040:
    case 1203:
    case 1226: return as(ErrorKind::busy, "it has no connection to spare", "raise max_connections there");
    case 2026:
    case 3159: return as(ErrorKind::unsupported, std::string{wants_tls}, std::string{past_tls});
    default: return error;
    }
}

one::Secret option_file(const Place& place)
{
    std::string text = "[mysql]\nconnect-timeout=5\n[client]\n";  // mariadb-dump knows no such limit
    append_option(text, "host", place.server);
    if (place.port > 0) append_option(text, "port", std::to_string(place.port));
    append_option(text, "user", place.user);
    append_option(text, "password", place.password.reveal());
    return one::Secret{std::move(text)};
}

Result<std::vector<Row>> Client::ask(const std::string& sql, Within within) const
{
    one::Command command{.input = sql, .limit = limit_of_a_question, .output_limit = 4UL * 1024 * 1024};
    if (place_->is_file) {
        if (::access(place_->path.c_str(), F_OK) != 0) return std::vector<Row>{};  // asking would make it
        command.argv = {"sqlite3", "-batch", "-separator", "\t", place_->path};
        return answer(command);
    }
    command.argv = {client_program(), "--batch", "--skip-column-names"};
    if (within == Within::database) command.argv.push_back(place_->name);
    return with_credentials(command);
}

Result<> Client::run(std::vector<std::string> argv, std::chrono::milliseconds limit) const
{
    TRY(with_credentials({.argv = std::move(argv), .limit = limit}));
    return {};
}

Result<std::vector<Row>> Client::with_credentials(one::Command command) const
{
    const Removed options{folder_ + "/.bootstrap.cnf"};
    TRY(replace_file(options.path, option_file(*place_).reveal(), 0600));
    command.argv.insert(command.argv.begin() + 1, "--defaults-extra-file=" + options.path);
    return answer(command);
}

Result<std::vector<Row>> Client::answer(const one::Command& command) const
{
    TRY_LET(const auto output, one::run_command(command).map_error(one::while_doing("ask the database with")));
    if (!output.ok()) return one::fail(explain_client(*place_, output.err));
    return rows_in(output.out);
}

}  // namespace onefrontend::bootstrap

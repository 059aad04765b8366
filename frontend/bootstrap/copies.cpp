// By the client programs of each kind: SQLite's online backup, MariaDB's dump in one transaction.
#include "frontend/bootstrap/copies.hpp"

#include "common/command.hpp"
#include "common/fd.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

namespace onefrontend::bootstrap {
namespace {

namespace fs = std::filesystem;
using one::ErrorKind;
using one::Result;

constexpr std::chrono::hours limit_of_a_copy{6};
constexpr std::string_view end_of_a_dump = "-- Dump completed";

one::Failure failed(std::string_view doing, const std::string& thing, std::string reason, std::string next = {})
{
    return one::fail({ErrorKind::internal, thing, std::move(reason), std::move(next), std::string{doing}});
}

Result<> copy_file(const std::string& from, const std::string& to)
{
    std::error_code wrong;
    fs::copy_file(from, to + ".new", fs::copy_options::overwrite_existing, wrong);
    if (!wrong) fs::rename(to + ".new", to, wrong);
    if (wrong) return failed("copy", from, wrong.message());
    return {};
}

/// The last bytes of a dump tell that nothing is missing.
bool is_whole(const std::string& file)
{
    const one::Fd opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 200> end{};
    const auto size = opened.open() ? ::lseek(opened.get(), 0, SEEK_END) : 0;
    if (size <= 0) return false;
    const auto from = std::max<off_t>(0, size - static_cast<off_t>(end.size()));
    const auto got = ::pread(opened.get(), end.data(), end.size(), from);
    return got > 0 &&
           std::string_view{end.data(), static_cast<std::size_t>(got)}.find(end_of_a_dump) != std::string_view::npos;
}

Result<> keep(const std::string& part, const std::string& file)
{
    const one::Fd opened{::open(part.c_str(), O_RDONLY | O_CLOEXEC)};
    if (opened.open() && ::fsync(opened.get()) == 0 && ::rename(part.c_str(), file.c_str()) == 0) return {};
    auto error = one::error_from_errno(errno, file);
    error.doing = "keep the backup";
    return one::fail(std::move(error));
}

Result<> back_up_file(const Client& client, const std::string& part)
{
    TRY(client.ask(fmt::format(".backup '{}'\n", part)));
    Place copy{.path = part};
    TRY_LET(const auto rows, Client(copy, "").ask("PRAGMA integrity_check;\n"));
    if (rows.size() == 1 && rows[0][0] == "ok") return {};
    return failed("back up", client.place().path, "the copy is not whole");
}

std::string last_words(const one::CommandOutput& output)
{
    const auto lines = one::split_lines(one::trim(output.out + "\n" + output.err));
    return lines.empty() ? fmt::format("exit code {}", output.exit_code) : one::printable(lines.back());
}

}  // namespace

Result<> back_up(const Client& client, const std::string& file)
{
    const auto part = file + ".part";
    ::unlink(part.c_str());
    if (client.place().is_file) {
        TRY(back_up_file(client, part));
        return keep(part, file);
    }
    const auto program = ::access("/usr/bin/mariadb-dump", X_OK) == 0 ? "mariadb-dump" : "mysqldump";
    TRY(client.run({program, "--single-transaction", "--quick", "--hex-blob", "--no-tablespaces",
                    "--default-character-set=utf8mb4", "--result-file=" + part, client.place().name},
                   limit_of_a_copy));
    if (!is_whole(part))
        return failed("back up", to_string(client.place()), "the dump breaks off", "is the volume full?");
    return keep(part, file);
}

Result<> restore(const Client& client, const std::string& file)
{
    if (client.place().is_file) return copy_file(file, client.place().path);
    const auto& name = client.place().name;
    TRY(client.ask(fmt::format("DROP DATABASE IF EXISTS `{0}`;\nCREATE DATABASE `{0}` CHARACTER SET utf8mb4;\n", name),
                   Client::Within::server));
    return client.run({client_program(), "--default-character-set=utf8mb4", "--execute=source " + file, name},
                      limit_of_a_copy);
}

Result<> drop(const Client& client)
{
    if (client.place().is_file) {
        ::unlink(client.place().path.c_str());
        return {};
    }
    TRY(client.ask(fmt::format("DROP DATABASE IF EXISTS `{}`;\n", client.place().name), Client::Within::server));
    return {};
}

Place trial_of(const Place& place, const std::string& folder)
{
    return {.is_file = place.is_file,
            .path = place.is_file ? folder + "/trial.db" : "",
            .server = place.server,
            .port = place.port,
            .user = place.user,
            .password = place.password.copy(),
            .name = place.name + "_trial",
            .connections = place.connections};
}

Result<> migrate(const Client& client, const std::string& onedb)
{
    const auto& place = client.place();
    one::Command command{.argv = {onedb, "upgrade", "--no-backup", "-v"}, .limit = limit_of_a_copy};
    if (place.is_file) {
        command.argv.insert(command.argv.end(), {"-t", "sqlite3", "-s", place.path});
    } else {
        command.argv.insert(command.argv.end(),
                            {"-t", "mysql", "-S", place.server, "-u", place.user, "-d", place.name});
        if (place.port > 0) command.argv.insert(command.argv.end(), {"-P", std::to_string(place.port)});
        command.environment.emplace_back("ONE_DB_PASSWORD", place.password.reveal());
    }
    auto done = one::run_command(command);
    for (auto& [name, value] : command.environment)
        one::wipe(value);
    if (!done) return one::fail(done.error());
    if (!done->ok()) return failed("upgrade with onedb", to_string(place), last_words(*done));
    return {};
}

}  // namespace onefrontend::bootstrap

// Reads the certificates, picks the output, says what became of it.
#include "frontend/cli/backup.hpp"

#include "frontend/backup/backup.hpp"
#include "frontend/cli/local_audit.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace onefrontend::cli {
namespace {

using one::Result;

Result<std::string> certificates_in(const std::string& file)
{
    if (file.empty()) return std::string{};
    TRY_LET(auto pem, read_small_file(file));
    if (!pem.empty()) return pem;
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = file,
                      .reason = "it is empty",
                      .next = "docs/backup.md says how to make a certificate",
                      .doing = "encrypt with"});
}

Result<> must_not_be_a_terminal()
{
    if (::isatty(STDOUT_FILENO) == 0) return {};
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "a backup to standard output",
                      .reason = "that is a terminal",
                      .next = "name a file, or send it to a program: onefrontend backup - | ssh ...",
                      .doing = "write"});
}

std::string said_of(const BackupWish& wish, const backup::Report& report)
{
    const std::string secret = wish.certificates.empty()
                                   ? "It is not encrypted: who can read it can be this front-end."
                                   : "Only the private key opens it; without that it is of no use.";
    return fmt::format("Backed up {} files, {} MB, {}{}. {}", report.files, (report.bytes + 500'000) / 1'000'000,
                       wish.file == "-" ? "to standard output" : "to " + wish.file,
                       report.has_authority ? "" : ", without an enrollment CA: there is none", secret);
}

}  // namespace

Result<Exit> run_backup(const BackupWish& wish, const Config& config, Terminal& terminal)
{
    TRY_LET(const auto certificates, certificates_in(wish.certificates));
    const backup::Where where{.home = config.ssh_home, .state_dir = config.state_dir};
    const bool streamed = wish.file == "-";
    if (streamed) TRY(must_not_be_a_terminal());
    TRY_LET(const auto report, streamed ? backup::back_up_to(where, STDOUT_FILENO, certificates)
                                        : backup::back_up_to(where, wish.file, certificates));
    for (const auto& warning : report.warnings)
        terminal.warn(warning);
    // Who has the file can be this front-end: an admin must be able to find out that there is one.
    tell_audit(config, terminal, "backed-up",
               {{"file", wish.file},
                {"files", std::to_string(report.files)},
                {"encrypted", wish.certificates.empty() ? "no" : "yes"}});
    terminal.say(said_of(wish, report), "backed-up",
                 {{"file", wish.file},
                  {"files", report.files},
                  {"bytes", report.bytes},
                  {"encrypted", !certificates.empty()},
                  {"authority", report.has_authority}});
    return terminal.warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli

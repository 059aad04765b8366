// Opens the archive, decrypts it where it is encrypted, hands it over.
#include "frontend/cli/restore.hpp"

#include "common/fd.hpp"
#include "frontend/backup/cipher.hpp"
#include "frontend/backup/restore.hpp"
#include "frontend/cli/local_audit.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace onefrontend::cli {
namespace {

using one::Result;

Result<one::Fd> open_archive(const std::string& file)
{
    one::Fd opened{file == "-" ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (opened.open()) return opened;
    auto error = one::error_from_errno(errno, file);
    error.doing = "read";
    return one::fail(std::move(error));
}

Result<std::optional<one::Secret>> key_in(const std::string& file)
{
    if (file.empty()) return std::optional<one::Secret>{};
    TRY_LET(auto pem, read_small_file(file));
    return std::optional{one::Secret{std::move(pem)}};
}

Result<backup::Restored> restore_from(const RestoreWish& wish, const backup::Where& where, const backup::Say& say)
{
    if (wish.go_on) return backup::go_on(where, say);
    const std::string name = wish.file == "-" ? "standard input" : wish.file;
    TRY_LET(const auto key, key_in(wish.key));
    TRY_LET(const auto archive, open_archive(wish.file));
    TRY_LET(const auto read, backup::decrypted(backup::from_descriptor(archive.get(), name), key, name));
    return backup::restore(where, read, name, wish.replace ? backup::Present::replace : backup::Present::refuse, say);
}

}  // namespace

Result<Exit> run_restore(const RestoreWish& wish, const Config& config, Terminal& terminal)
{
    const backup::Where where{.home = config.ssh_home, .state_dir = config.state_dir};
    const auto say = [&terminal](const std::string& text) { terminal.say(text, "restore", Json{{"text", text}}); };
    TRY_LET(const auto restored, restore_from(wish, where, say));
    tell_audit(config, terminal, "restored",
               {{"file", wish.go_on ? "as begun before" : wish.file}, {"aside", restored.aside}});
    const auto aside = restored.aside.empty()
                           ? ""
                           : fmt::format("What was here before is in {}; it can go when all is well. ", restored.aside);
    terminal.say("This is the front-end that was backed up. " + aside +
                     "Next: start it; where no image starts it, `onefrontend init` comes first.",
                 "restored", {{"aside", restored.aside}});
    return terminal.warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli

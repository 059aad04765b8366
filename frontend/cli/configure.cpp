// onefrontend configure: read, check, render, check again, show or write.
#include "frontend/cli/configure.hpp"

#include "common/text/unified_diff.hpp"
#include "frontend/cli/configured_files.hpp"
#include "frontend/config.hpp"
#include "frontend/configure/check.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace onefrontend::cli {
namespace {

using one::Result;
using namespace configure;

constexpr std::string_view host_keys_in_the_image = "/var/lib/one/ssh-host-keys";

Result<Settings> settings_of(const ConfigureWish& wish)
{
    TRY_LET(auto settings, load_settings(wish.settings_file));
    if (wish.image && settings.sshd_host_keys == Settings{}.sshd_host_keys)
        settings.sshd_host_keys = host_keys_in_the_image;
    return settings;
}

/// With --from a file is made anew: what people wrote into the old one is not lost, and said.
Result<> keep_what_people_wrote(const Place& place, const Target& target, const Texts& present, const Texts& originals,
                                Terminal& terminal)
{
    const auto there = present.find(target.path);
    if (place.from.empty() || there == present.end()) return {};
    const auto shipped = originals.find(target.path);
    if (shipped != originals.end() && shipped->second == there->second) return {};
    const auto written = written_before(place);
    const auto last = written.find(target.path);
    if (last != written.end() && last->second == digest_of_text(there->second)) return {};
    TRY_LET(const auto aside, keep_aside(place, target, there->second));
    terminal.warn({.kind = one::ErrorKind::conflict,
                   .thing = path_of(place, target.path),
                   .reason = "it was written by somebody else, and is made anew from the settings",
                   .next = fmt::format("what it was is in {}; put what you need of it into `config`", aside),
                   .doing = "keep"});
    return {};
}

/// Whether nothing is wrong.
bool say(const Verdict& verdict, Terminal& terminal)
{
    for (const auto& error : verdict.errors)
        terminal.fail(error);
    for (const auto& warning : verdict.warnings)
        terminal.warn(warning);
    return verdict.errors.empty();
}

Result<Secrets> load_secrets(const Settings& settings, const Place& place)
{
    Secrets secrets;
    if (settings.database_backend == "sqlite") return secrets;
    TRY_LET(secrets.database_password, read_secret(place, settings.database_password_file));
    return secrets;
}

/// The service's own file is read as the service reads it.
Verdict check_own(const Texts& files)
{
    const auto text = files.find(onefrontend_yaml);
    if (text == files.end()) return {};
    const auto config = read_config(text->second);
    if (config) return {};
    auto error = config.error();
    error.thing += fmt::format(" in {}", onefrontend_yaml);
    return {.errors = {std::move(error)}};
}

std::optional<std::string> shown(const Texts& files, std::string_view path)
{
    const auto text = files.find(path);
    if (text == files.end()) return std::nullopt;
    return without_secrets(path, text->second);
}

std::string diff_of(std::string_view path, const Texts& before, const Texts& after)
{
    const auto diff = one::unified_diff(path, shown(before, path), shown(after, path));
    return diff.empty() ? fmt::format("--- {0}\n+++ {0}\n(a password in it changes; it is not shown)\n", path) : diff;
}

std::string summary(const ConfigureWish& wish, std::size_t files, const std::vector<std::string>& changed)
{
    if (changed.empty()) return fmt::format("{} files looked at; nothing changes.", files);
    const bool wrote = !wish.check && !wish.diff;
    return fmt::format("{} of {} files {}: {}", changed.size(), files, wrote ? "changed" : "would change",
                       fmt::join(changed, ", "));
}

}  // namespace

Result<Exit> run_configure(const ConfigureWish& wish, Terminal& terminal)
{
    const Place place{.root = wish.root, .from = wish.from, .image = wish.image};
    TRY_LET(const auto settings, settings_of(wish));
    if (!say(check_settings(settings), terminal)) return Exit::failed;
    TRY_LET(const auto secrets, load_secrets(settings, place));
    TRY_LET(const auto originals, files_to_start_from(place));
    TRY_LET(const auto present, files_there(place));
    TRY_LET(const auto rendered, render(settings, secrets, originals));
    const bool works = say(check_rendered(settings, rendered.files), terminal);
    if (!say(check_own(rendered.files), terminal) || !works) return Exit::failed;
    for (const auto& warning : rendered.warnings)
        terminal.warn(warning);

    std::vector<std::string> changed;
    for (const Target& target : targets()) {
        const auto after = rendered.files.find(target.path);
        if (after == rendered.files.end()) continue;
        const auto before = present.find(target.path);
        if (before != present.end() && before->second == after->second) continue;
        changed.emplace_back(target.path);
        if (wish.diff) {
            const auto diff = diff_of(target.path, present, rendered.files);
            terminal.say(diff.substr(0, diff.size() - 1), "diff", Json{{"path", target.path}, {"diff", diff}});
        } else if (!wish.check) {
            TRY(keep_what_people_wrote(place, target, present, originals, terminal));
            TRY(write_file(place, target, after->second).map_error(one::while_doing("write")));
        }
    }
    if (!wish.check && !wish.diff) TRY(remember_written(place, rendered.files));
    Json fields{{"files", rendered.files.size()}, {"changed", changed}, {"written", !wish.check && !wish.diff}};
    terminal.say(summary(wish, rendered.files.size(), changed), "configured", std::move(fields));
    return terminal.warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli

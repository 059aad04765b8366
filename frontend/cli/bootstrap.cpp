// onefrontend bootstrap: wishes from the settings, the lock, the acts, and what it becomes.
#include "frontend/cli/bootstrap.hpp"

#include "common/async.hpp"
#include "frontend/backup/front_end.hpp"
#include "frontend/bootstrap/bootstrap.hpp"
#include "frontend/bootstrap/lock.hpp"
#include "frontend/cli/configured_files.hpp"
#include "frontend/cli/records.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::Result;

constexpr const char* default_settings_file = "/etc/onefrontend/settings.yaml";
constexpr int serveradmin = 1;

Result<configure::Settings> settings_where_there(const std::string& given)
{
    if (given.empty() && ::access(default_settings_file, F_OK) != 0) return configure::Settings{};
    return load_settings(given.empty() ? default_settings_file : given);
}

Result<std::optional<one::Secret>> secret_in(const std::string& path)
{
    if (path.empty()) return std::optional<one::Secret>{};
    TRY_LET(auto secret, read_secret({}, path));
    return std::optional{std::move(secret)};
}

Result<bootstrap::Wish> wishes_of(const BootstrapWish& wish)
{
    TRY_LET(const auto settings, settings_where_there(wish.settings_file));
    bootstrap::Wish wishes{.patience = wish.patience};
    TRY_LET(wishes.serveradmin_password, secret_in(settings.serveradmin_password_file));
    if (wish.role != "oned" && wish.role != "all") return wishes;  // others are not given oneadmin's
    TRY_LET(wishes.oneadmin_password, secret_in(settings.oneadmin_password_file));
    TRY_LET(wishes.one_key, secret_in(settings.one_key_file));
    return wishes;
}

/// oned made a secret of its own in an empty database; it is told first, then the files: killed between, it is told
/// again.
Result<Exit> tell_oned(const bootstrap::Wish& wishes, const Config& config, Terminal& terminal)
{
    TRY_LET(const auto hash, bootstrap::hash_to_tell_oned(wishes));
    if (!hash) return Exit::ok;
    TRY_LET(auto client, connect_oned(config));
    one::asio::io_context loop;
    one::xmlrpc::Array parameters{one::xmlrpc::Value{serveradmin}, one::xmlrpc::Value{*hash}};
    TRY(one::run_to_end(loop, client.call("one.user.passwd", std::move(parameters), true)));
    TRY(bootstrap::write_serveradmin(wishes));
    terminal.say("serveradmin's password is that of its file.", "bootstrap");
    return Exit::ok;
}

Result<Exit> become(const std::vector<std::string>& command)
{
    std::signal(SIGPIPE, SIG_DFL);  // we ignore it, oned shall find it as it is
    std::vector<char*> argv;
    for (const auto& word : command)
        argv.push_back(const_cast<char*>(word.c_str()));  // exec's interface; it changes nothing
    argv.push_back(nullptr);
    ::execvp(argv.front(), argv.data());
    auto error = one::error_from_errno(errno, command.front());
    error.doing = "start";
    return one::fail(std::move(error));
}

}  // namespace

Result<Exit> run_bootstrap(const BootstrapWish& wish, const Config& config, Terminal& terminal)
{
    TRY_LET(const auto wishes, wishes_of(wish));
    if (wish.after_start) return tell_oned(wishes, config, terminal);
    const auto say = [&terminal](const std::string& text) { terminal.say(text, "bootstrap", Json{{"text", text}}); };
    if (wish.only_look) {
        TRY(backup::refuse_half_a_restore(config.state_dir));
        TRY(bootstrap::look_ahead(wishes, say));
        return Exit::ok;
    }
    if (wish.role == "oned" || wish.role == "all") {
        TRY_LET(auto lock, bootstrap::lock_volume(wishes.home + "/.bootstrap.lock", wish.patience, say));
        TRY(backup::refuse_half_a_restore(config.state_dir));
        TRY(bootstrap::prepare_for_oned(wishes, say));
        bootstrap::keep_over_exec(std::move(lock));
    } else {
        TRY(bootstrap::prepare_for_service(wishes, wish.role));
    }
    if (wish.command.empty()) {
        say("Everything is as it has to be before OpenNebula starts.");
        return Exit::ok;
    }
    return become(wish.command);
}

}  // namespace onefrontend::cli

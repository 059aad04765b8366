// The composition root of `signer`.
#include "common/log.hpp"
#include "frontend/cli/accounts.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/serve.hpp"
#include "frontend/cli/ssh_authority_key.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/signer/server_certificate.hpp"
#include "frontend/signer/socket_server.hpp"

#include <boost/asio/signal_set.hpp>

#include <unistd.h>

#include <csignal>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::Result;
using namespace std::chrono_literals;

Async<> keep_server_certificate(std::string path, const one::identity::Authority& authority,
                                std::vector<std::string> names)
{
    while (true) {
        const auto renewed = refresh_server_certificate(path, authority, names, std::chrono::system_clock::now());
        if (!renewed)
            one::log::error("the service's certificate cannot be renewed", {{"reason", to_line(renewed.error())}});
        else if (*renewed)
            one::log::info("the service's certificate was renewed");
        if (!co_await one::pause(1h)) co_return;
    }
}

/// Where this cloud was set up before nodes had host certificates, the key is made here; oned may only be starting.
Async<> vouch_for_hosts(Cloud& cloud, StatePaths paths, Signer& signer, std::vector<std::string> frontend_names)
{
    std::string told;
    while (true) {
        const auto now = std::chrono::system_clock::now();
        auto key = co_await keep_ssh_authority(cloud, paths, Owner{}, now);
        if (key) {
            signer.vouch_with(*std::move(key), std::move(frontend_names));
            one::log::info("vouching for the nodes' SSH host keys");
            co_return;
        }
        const auto reason = to_line(key.error());
        if (reason != told)
            one::log::warning("no SSH host certificates are signed", {{"reason", to_text(key.error())}});
        told = reason;
        if (!co_await one::pause(10s)) co_return;
    }
}

Async<> until_told_to_end(one::asio::io_context& loop)
{
    one::asio::signal_set signals{co_await one::asio::this_coro::executor, SIGTERM, SIGINT};
    co_await signals.async_wait(one::awaited);
    loop.stop();  // an exchange lasts a moment; who is cut off asks again
}

std::string directory_of(const std::string& path)
{
    return path.substr(0, path.rfind('/'));
}

/// Below /run, gone after each boot, unless the unit makes it.
Result<> make_socket_directory(const std::string& path)
{
    if (file_stamp(path).find("=absent") == std::string::npos) return {};
    return make_directory(path, 0755);
}

}  // namespace

Result<Exit> run_signer(const Config& config)
{
    TRY_LET(const auto account, find_account(config.signer_user));
    TRY_LET(const auto serving, find_account(config.ssh_user));
    if (::geteuid() != 0) TRY(must_run_as(account, "signer"));
    const StatePaths paths{config.state_dir};
    TRY_LET(auto authority, read_authority(paths));
    TRY_LET(auto client, connect_oned(config));
    TRY(make_socket_directory(directory_of(config.signer_socket)));

    one::asio::io_context loop{1};
    OnedCloud cloud{client};
    Signer signer{cloud, std::move(authority), config.node_certificate_life};
    SignerDoor door;
    door.path = config.signer_socket;
    door.callers = {serving.user};
    door.group = serving.group;
    SignerServer server{loop.get_executor(), signer, std::move(door)};
    TRY(server.listen());
    TRY(become(account));  // one_auth was oneadmin's to read; of all that only the session and the CA's key go on
    one::log::info("listening", {{"socket", config.signer_socket}, {"as", account.name}});

    one::Tasks tasks{loop.get_executor()};
    tasks.spawn("signer", server.serve());
    tasks.spawn("server certificate",
                keep_server_certificate(paths.server_certificate(), signer.authority(), server_names(config)));
    tasks.spawn("ssh authority", vouch_for_hosts(cloud, paths, signer, server_names(config)));
    tasks.spawn("end", until_told_to_end(loop));
    loop.run();
    return Exit::ok;
}

}  // namespace onefrontend::cli

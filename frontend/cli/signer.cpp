// The composition root of `signer`.
#include "common/http/client.hpp"
#include "common/log.hpp"
#include "frontend/cli/accounts.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/cli/rotation.hpp"
#include "frontend/cli/serve.hpp"
#include "frontend/cli/ssh_authority_key.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/enroll/turnover.hpp"
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

struct Keeping {  // of the authorities, as `ca rotate` and `ca import` write them
    StatePaths paths;
    std::vector<std::string> names{};
    std::chrono::seconds node_certificate_life{};
};

void take_over(Signer& signer, const Keeping& keeping)
{
    auto authorities = read_authorities(keeping.paths);
    if (!authorities) {
        one::log::error("the CA cannot be read; what was read before goes on signing",
                        {{"reason", to_line(authorities.error())}});
        return;
    }
    const auto path = keeping.paths.server_certificate();
    const auto renewed =
        refresh_server_certificates(path, *authorities, keeping.names, std::chrono::system_clock::now());
    if (!renewed)
        one::log::error("the service's certificate cannot be renewed", {{"reason", to_line(renewed.error())}});
    else if (*renewed)
        one::log::info("the service's certificate was renewed");
    if (authorities->front().certificate_pem != signer.authority().certificate_pem)
        one::log::info("another CA signs from now on");
    signer.use(std::move(authorities->front()));
}

/// Once every node has turned to the newest authority, the former one goes.
Async<Result<>> end_rotation(Cloud& cloud, Keeping keeping)
{
    CO_TRY_LET(const auto authorities, read_authorities(keeping.paths));
    CO_TRY_LET(const auto newest, co_await find_authority(cloud));
    CO_TRY_LET(const auto pin, pin_of(authorities.front().certificate_pem));
    if (newest.pin != pin) {
        one::log::warning("OpenNebula names another CA than the one that signs here",
                          {{"next", "onefrontend ca export on " + newest.made_on + ", onefrontend ca import here"}});
        co_return Result<>{};
    }
    if (authorities.size() < 2) co_return Result<>{};
    const auto now = std::chrono::system_clock::now();
    const auto seconds = std::chrono::system_clock::to_time_t(now);
    CO_TRY_LET(const auto turnover, co_await find_turnover(cloud, newest, seconds, keeping.node_certificate_life));
    if (!is_over(turnover, seconds)) co_return Result<>{};
    CO_TRY(drop_former_authorities(keeping.paths, Owner{}, keeping.names, now));
    one::log::info("the former CA is gone", {{"nodes_that_had_not_turned", turnover.left.size()}});
    co_return Result<>{};
}

Async<> keep_authorities(Cloud& cloud, Signer& signer, Keeping keeping)
{
    constexpr int seconds_between_looks = 60;
    constexpr int looks_between_renewals = 60;
    std::string known;
    for (int second = 0;; second = (second + 1) % (seconds_between_looks * looks_between_renewals)) {
        auto present = file_stamp(keeping.paths.authority_certificate());
        if (present != known || second == 0) take_over(signer, keeping);
        known = std::move(present);
        if (second % seconds_between_looks == seconds_between_looks - 1) {
            const auto looked = co_await end_rotation(cloud, keeping);
            if (!looked)
                one::log::warning("the rotation of the CA was not looked at", {{"reason", to_line(looked.error())}});
        }
        const bool waited = co_await one::pause(1s);
        if (!waited) co_return;
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
    TRY_LET(auto authorities, read_authorities(paths));
    TRY_LET(auto client, connect_oned_as_service(config, one::http::post_plain));
    TRY(make_socket_directory(directory_of(config.signer_socket)));

    one::asio::io_context loop{1};
    OnedCloud cloud{client};
    Signer signer{cloud, std::move(authorities.front()), config.node_certificate_life};
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
    Keeping keeping{paths, server_names(config), config.node_certificate_life};
    tasks.spawn("authorities", keep_authorities(cloud, signer, std::move(keeping)));
    tasks.spawn("ssh authority", vouch_for_hosts(cloud, paths, signer, server_names(config)));
    tasks.spawn("end", until_told_to_end(loop));
    loop.run();
    return Exit::ok;
}

}  // namespace onefrontend::cli

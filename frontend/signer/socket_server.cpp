// The signer's socket: who may call, how many at once, one exchange each.
#include "frontend/signer/socket_server.hpp"

#include "common/log.hpp"
#include "frontend/signer/line_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace onefrontend {
namespace {

namespace asio = one::asio;
using Local = asio::local::stream_protocol;

constexpr std::size_t most_exchanges = 64;

one::Failure cannot(std::string_view doing, const std::string& path, int number)
{
    one::Error error = one::error_from_errno(number, path);
    error.doing = doing;
    return one::fail(std::move(error));
}

bool somebody_listens(const asio::any_io_executor& executor, const std::string& path)
{
    Local::socket probe{executor};
    boost::system::error_code refused;
    probe.connect(Local::endpoint{path}, refused);
    return !refused;
}

bool may_call(Local::socket& connection, const SignerDoor& door)
{
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(connection.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    if (peer.uid == 0 || peer.uid == ::geteuid() || std::ranges::find(door.callers, peer.uid) != door.callers.end())
        return true;
    one::log::warning("signer refused a caller",
                      {{"uid", static_cast<long>(peer.uid)}, {"pid", static_cast<long>(peer.pid)}});
    return false;
}

template <class T>
void log_outcome(std::string_view what, int node, const Result<T>& outcome)
{
    if (outcome)
        one::log::info(std::string{what} + " signed", {{"node", node}});
    else
        one::log::warning(std::string{what} + " refused", {{"reason", to_line(outcome.error())}});
}

}  // namespace

SignerServer::SignerServer(asio::any_io_executor executor, Signer& signer, SignerDoor door) :
    signer_(&signer), door_(std::move(door)), acceptor_(executor), exchanges_(executor)
{
}

Result<> SignerServer::listen()
{
    const auto& path = door_.path;
    if (path.size() > 100)  // of 108 in the kernel's structure
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = path,
                          .reason = "a socket's path has at most 100 characters",
                          .next = "set a shorter signer_socket",
                          .doing = "listen at"});
    if (somebody_listens(acceptor_.get_executor(), path))
        return one::fail({.kind = one::ErrorKind::conflict,
                          .thing = path,
                          .reason = "another signer listens there already",
                          .next = "let that one go on, or stop it first",
                          .doing = "listen at"});
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return cannot("replace", path, errno);

    boost::system::error_code bad;
    acceptor_.open(Local{}, bad);
    const mode_t before = ::umask(0117);  // born 0660
    if (!bad) acceptor_.bind(Local::endpoint{path}, bad);
    ::umask(before);
    if (!bad) acceptor_.listen(Local::acceptor::max_listen_connections, bad);
    if (bad) return cannot("listen at", path, bad.value());
    if (::lchown(path.c_str(), static_cast<uid_t>(-1), door_.group) != 0) return cannot("give away", path, errno);
    return {};
}

Async<> SignerServer::serve()
{
    while (true) {
        auto [failed, connection] = co_await acceptor_.async_accept(one::awaited);
        if (failed == asio::error::operation_aborted) break;
        if (failed) {
            one::log::error("signer cannot accept", {{"reason", failed.message()}});
            if (!co_await one::pause(std::chrono::seconds{1})) break;
            continue;
        }
        if (!may_call(connection, door_) || exchanges_.running() >= most_exchanges) continue;  // closes it
        exchanges_.spawn("signer exchange", answer(std::move(connection)));
    }
    exchanges_.cancel();
}

Async<> SignerServer::answer(Local::socket connection)
{
    const SocketDeadline deadline{connection, door_.limit};
    const auto line = co_await read_line(connection, longest_signer_line);
    if (!line) co_return;
    const auto request = parse_signer_request(*line);
    std::string answer;
    if (!request)
        answer = answer_line(one::fail(request.error()));
    else if (const auto* node = std::get_if<SignNode>(&*request))
        answer = co_await sign_node(*node);
    else
        answer = co_await sign_host(std::get<SignHost>(*request));
    (void)co_await write_line(connection, std::move(answer));  // a caller who is gone asks again
}

Async<std::string> SignerServer::sign_node(SignNode request)
{
    const auto chain =
        co_await signer_->sign_node(request.node, request.certificate_request, std::chrono::system_clock::now());
    log_outcome("certificate", request.node, chain);
    co_return answer_line(chain);
}

Async<std::string> SignerServer::sign_host(SignHost request)
{
    const auto certificates = co_await signer_->sign_host(request.node, std::chrono::system_clock::now());
    log_outcome("SSH host certificates", request.node, certificates);
    co_return host_answer_line(certificates);
}

}  // namespace onefrontend

// Open, bind, listen.
#include "common/http/listen.hpp"

#include "common/http/failures.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <fmt/format.h>

namespace one::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

Error cannot_listen(const std::string& address, int port, const error_code& code)
{
    const bool taken = code == asio::error::address_in_use;
    return {.kind = taken ? ErrorKind::conflict : ErrorKind::denied,
            .thing = to_text(address, port),
            .reason = code.message(),
            .next = taken ? fmt::format("see who has it: ss -ltnp 'sport = :{}'", port) : "check address and port",
            .doing = "listen on"};
}

bool knows_ipv6(const asio::any_io_executor& executor)
{
    tcp::acceptor probe{executor};
    error_code failed;
    probe.open(tcp::v6(), failed);
    return failed != asio::error::address_family_not_supported;
}

}  // namespace

Result<> listen_on(tcp::acceptor& acceptor, const std::string& address, int port)
{
    error_code failed;
    auto at = asio::ip::make_address(address, failed);
    if (failed) return fail(cannot_listen(address, port, failed));
    if (at.is_v6() && at.is_unspecified() && !knows_ipv6(acceptor.get_executor())) at = asio::ip::address_v4::any();

    acceptor.open(at.is_v6() ? tcp::v6() : tcp::v4(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed && at.is_v6()) acceptor.set_option(asio::ip::v6_only{false}, failed);
    if (!failed) acceptor.bind({at, static_cast<unsigned short>(port)}, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return fail(cannot_listen(to_text(at), port, failed));
    return {};
}

}  // namespace one::http

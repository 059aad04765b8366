// A node's connection to the service, as small as it goes: TLS 1.3 from an address of its own, one request after another.
#pragma once

#include "common/async.hpp"
#include "common/http/tls_stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace load {

using one::Async;
using one::Result;

struct Service {
    boost::asio::ip::tcp::endpoint at{};
    std::string authority_file{};
    std::uint32_t first_source = 0;  // IPv4: nodes come from here on, each from its own; the service counts by address
};

boost::asio::ssl::context make_context(const Service& service);

struct Identity {  // shown where there is one; both belong to others
    X509* certificate = nullptr;
    EVP_PKEY* key = nullptr;
};

struct Answer {
    int status = 0;
    std::string tag{};
    std::string body{};     // its beginning, where it was not asked for as a whole
    bool has_mark = false;  // the text that was looked for is in the body
};

inline const std::string nothing{};

enum class Keep { beginning, everything };

class Connection {
public:
    Connection(const boost::asio::any_io_executor& executor, boost::asio::ssl::context& context) :
        stream_(executor, context)
    {
    }

    Async<Result<>> open(const Service& service, int node, Identity identity);
    /// The mark is looked at when the answer comes; it may change until then.
    Async<Result<Answer>> exchange(std::string method, std::string path, std::string body, std::string known,
                                   const std::string& mark, Keep keep);
    void drop();  // without a word

private:
    one::http::TlsStream stream_;
    boost::beast::flat_buffer buffer_{};
};

}  // namespace load

// What the .cpp files of this room know of a TlsContext, and what OpenSSL's callbacks leave behind on a connection.
#pragma once

#include "common/http/tls.hpp"
#include "common/identity/openssl.hpp"

#include <boost/asio/ssl/context.hpp>

#include <optional>
#include <string>
#include <vector>

namespace one::http {

struct TlsContext {
    using Certificates = std::vector<identity::CertificateHandle>;

    struct Chain {  // of a server that has several: a client that says which authority it wants gets that one's
        std::string pin{};
        Certificates certificates{};  // leaf first
    };

    TlsContext();

    boost::asio::ssl::context context;                        // what every connection starts with
    std::optional<boost::asio::ssl::context> for_browsers{};  // a server changes to it for peers without our ALPN
    std::string pin{};                                        // a client's
    bool only_looks = false;                                  // a client's that trusts nobody and sends nothing
    Certificates authorities{};                               // that the other side's certificate must chain to
    std::vector<Chain> chains{};  // a server's for nodes; the first one is for who says nothing
    identity::KeyHandle key{};    // of all of them
};

/// Of one connection, and as long-lived: OpenSSL holds a pointer to it.
struct Handshake {
    std::optional<Error> refusal{};  // why we refused the peer's certificate
    std::string first_bytes{};       // of the peer, where they were no TLS
    std::string presented_pin{};     // where the client only looks
};

void attach(SSL* connection, Handshake& handshake);

/// The front-end's chain holds the pinned CA, and the leaf is a server certificate of exactly that one.
Result<> check_pin(std::string_view pin, X509* leaf, const std::vector<X509*>& presented, identity::Time now);

/// The pin of the CA in a chain that is sound in itself, whoever made it.
Result<std::string> pin_in(X509* leaf, const std::vector<X509*>& presented, identity::Time now);

/// For a client that only looks.
Result<TlsContextPtr> make_looking_tls();

/// The ALPN protocol that was agreed on; empty where there is none.
std::string agreed_protocol(const SSL* connection);

}  // namespace one::http

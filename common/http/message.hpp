// Requests and responses as plain values; Beast stays inside the .cpp files of this room.
#pragma once

#include "common/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace one::http {

using Header = std::pair<std::string, std::string>;

struct Peer {  // who sits at the other end of a served connection
    std::string address{};
    int port = 0;
    std::string local_address{};    // the address of ours that they reached
    std::string certificate_pem{};  // client certificate that chains to our CA; empty: none was shown
};

struct Request {
    std::string method = "GET";
    std::string target = "/";  // path and query
    std::vector<Header> headers{};
    std::string body{};
    Peer peer{};  // filled by the server

    [[nodiscard]] std::string_view path() const;                         // without the query
    [[nodiscard]] std::string query(std::string_view name) const;        // decoded; empty where absent
    [[nodiscard]] std::string_view header(std::string_view name) const;  // case-insensitive; empty where absent
};

struct Response {
    int status = 200;
    std::vector<Header> headers{};
    std::string body{};
    std::shared_ptr<const std::string> shared_body{};  // goes out instead of it: large, and many get the same

    [[nodiscard]] std::string_view header(std::string_view name) const;
};

}  // namespace one::http

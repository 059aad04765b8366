// One request and its answer on a stream that is open, TLS or not; a template for two .cpp files of this room.
#pragma once

#include "common/async.hpp"
#include "common/http/failures.hpp"
#include "common/http/translate.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>

namespace one::http {

struct RoundTrip {
    error_code failed{};
    Response response{};
    bool may_continue = false;  // the connection is good for another exchange
    bool nothing_came = true;   // not a byte of an answer
};

inline constexpr std::uint32_t answer_header_limit = 64 * 1024;

/// The stream's deadline is set by the caller; `after_write` may move it.
template <class Stream, class AfterWrite>
Async<RoundTrip> round_trip(Stream& stream, boost::beast::flat_buffer& buffer, const BeastRequest& request,
                            std::size_t body_limit, AfterWrite after_write)
{
    namespace http = boost::beast::http;
    http::response_parser<http::string_body> parser;
    parser.header_limit(answer_header_limit);
    parser.body_limit(body_limit);
    parser.skip(request.method() == http::verb::head);

    const auto [unsent, sent] = co_await http::async_write(stream, request, awaited);
    after_write();
    // Who refuses us may close before all is sent, and still have said why: so read in any case.
    const auto [unread, received] = co_await http::async_read(stream, buffer, parser, awaited);
    RoundTrip result{.failed = unread, .nothing_came = !parser.got_some()};
    if (unread) co_return result;
    result.may_continue = !unsent && parser.keep_alive() && buffer.size() == 0;
    result.response = from_beast(parser.release());
    co_return result;
}

}  // namespace one::http

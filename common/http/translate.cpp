// Checks on the way out; on the way in Beast has parsed already.
#include "common/http/translate.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>

namespace one::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;

constexpr unsigned http_1_1 = 11;

bool is_token(std::string_view text)
{
    constexpr std::string_view allowed =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_value(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

bool is_target(std::string_view text)
{
    return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

Error refused(std::string thing, std::string reason)
{
    return {.kind = ErrorKind::invalid, .thing = std::move(thing), .reason = std::move(reason), .doing = "send"};
}

/// Values are not shown: a header may carry a secret.
Result<> add_headers(beast::http::fields& to, const std::vector<Header>& headers)
{
    for (const auto& [name, value] : headers) {
        if (!is_token(name)) return fail(refused("a header", "its name holds characters that no header name may have"));
        if (!is_value(value)) return fail(refused("header " + name, "its value holds control characters"));
        const auto known = beast::http::string_to_field(name);
        if (known == field::content_length || known == field::transfer_encoding)
            return fail(refused("header " + name, "the length of a message is set from its body"));
        to.insert(name, value);
    }
    return {};
}

std::vector<Header> list_headers(const beast::http::fields& fields)
{
    std::vector<Header> headers;
    for (const auto& entry : fields)
        headers.emplace_back(std::string{entry.name_string()}, std::string{entry.value()});
    return headers;
}

}  // namespace

Result<BeastRequest> to_beast(Request request, const std::string& host)
{
    if (!is_token(request.method)) return fail(refused("request", "its method is no word"));
    if (!is_target(request.target)) return fail(refused("request", "its path does not begin with / or holds blanks"));
    BeastRequest message;
    message.version(http_1_1);
    message.method_string(request.method);
    message.target(request.target);
    TRY(add_headers(message, request.headers));
    if (message.find(field::host) == message.end()) message.set(field::host, host);
    message.body() = std::move(request.body);
    message.prepare_payload();
    return message;
}

Request from_beast(BeastRequest message)
{
    return {.method = std::string{message.method_string()},
            .target = std::string{message.target()},
            .headers = list_headers(message),
            .body = std::move(message.body())};
}

Result<BeastResponse> to_beast(Response response, beast::http::verb method)
{
    if (response.status < 200 || response.status > 599) return fail(refused("response", "its status is none"));
    BeastResponse message;
    message.version(http_1_1);
    message.result(static_cast<unsigned>(response.status));
    TRY(add_headers(message, response.headers));
    if (response.shared_body) response.body = *response.shared_body;
    const bool has_no_body = response.status == 204 || response.status == 304;
    if (!has_no_body) message.content_length(response.body.size());
    if (!has_no_body && method != beast::http::verb::head) message.body() = std::move(response.body);
    return message;
}

Response from_beast(BeastResponse message)
{
    return {.status = static_cast<int>(message.result_int()),
            .headers = list_headers(message),
            .body = std::move(message.body())};
}

}  // namespace one::http

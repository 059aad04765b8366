// Just as much HTTP as clients of the API use; chunked bodies are refused for want of a length, as by oned.
#include "tests/oned-sim/http/request_reader.hpp"

#include "common/text/words.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace onedsim {
namespace {

constexpr std::size_t largest_head = 64 * 1024;
constexpr std::size_t largest_body = 64 * 1024 * 1024;

bool same(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view header(std::string_view head, std::string_view name)
{
    while (!head.empty()) {
        const auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon != std::string_view::npos && same(line.substr(0, colon), name))
            return one::trim(line.substr(colon + 1));
    }
    return {};
}

bool read_more(int fd, const StopSignal& stop, int limit_ms, std::string& into)
{
    if (!stop.wait_for(fd, limit_ms)) return false;
    char buffer[16384];
    const auto count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    into.append(buffer, static_cast<std::size_t>(count));
    return true;
}

}  // namespace

RequestLine request_line(std::string_view head)
{
    const auto words = one::split_words(head.substr(0, head.find("\r\n")));
    if (words.size() != 3 || !words[2].starts_with("HTTP/")) return {};
    return {.method = words[0], .target = words[1], .valid = true};
}

std::optional<std::size_t> content_length(std::string_view head)
{
    const auto text = header(head, "content-length");
    std::size_t length = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return length;
}

std::optional<HttpRequest> read_request(int fd, const StopSignal& stop, int limit_ms)
{
    std::string read;
    auto end = std::string::npos;
    while ((end = read.find("\r\n\r\n")) == std::string::npos)
        if (read.size() > largest_head || !read_more(fd, stop, limit_ms, read)) return std::nullopt;
    HttpRequest request{.head = read.substr(0, end), .body = read.substr(end + 4)};
    const std::size_t length = content_length(request.head).value_or(0);
    if (length > largest_body) return std::nullopt;
    if (request.body.size() < length && same(header(request.head, "expect"), "100-continue"))
        send_all(fd, "HTTP/1.1 100 continue\r\n\r\n");
    while (request.body.size() < length)
        if (!read_more(fd, stop, limit_ms, request.body)) return std::nullopt;
    request.body.resize(length);
    return request;
}

}  // namespace onedsim

// Reads numbers from a query, tags from a header.
#include "frontend/api/query.hpp"

#include "common/text/words.hpp"

#include <algorithm>
#include <charconv>

namespace onefrontend::api {

one::Result<std::chrono::seconds> seconds_of(const one::http::Request& request, std::string_view name,
                                             std::chrono::seconds most)
{
    const std::string text = request.query(name);
    if (text.empty()) return std::chrono::seconds{0};
    int seconds = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (bad != std::errc{} || end != text.data() + text.size() || seconds < 0)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = std::string{name},
                          .reason = "whole seconds were expected",
                          .doing = "read"});
    return std::min(std::chrono::seconds{seconds}, most);
}

std::string known_tag(const one::http::Request& request)
{
    auto tag = one::trim(request.header("If-None-Match"));
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    return std::string{tag};
}

}  // namespace onefrontend::api

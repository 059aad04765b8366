// Reads numbers from a query.
#include "frontend/api/query.hpp"

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

}  // namespace onefrontend::api

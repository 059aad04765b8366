// How each verb is used, for its --help and its man page.
#pragma once

#include <span>
#include <string_view>

namespace onefrontend::cli {

struct Example {
    std::string_view verb{};   // "token create"
    std::string_view lines{};  // what a person types, a line each
};

std::span<const Example> examples();

}  // namespace onefrontend::cli

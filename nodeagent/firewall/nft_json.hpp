// What `nft -j` prints, of which any part may be missing or of another kind.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace onenode::nftables {

using Json = nlohmann::json;

/// null where there is none.
inline const Json& member(const Json& json, const char* name)
{
    static const Json nothing;
    if (!json.is_object()) return nothing;
    const auto found = json.find(name);
    return found != json.end() ? *found : nothing;
}

/// Numbers too, as a person writes them; empty where there is neither.
inline std::string text_in(const Json& json, const char* name)
{
    const auto& found = member(json, name);
    if (found.is_string()) return found.get<std::string>();
    return found.is_number_integer() ? std::to_string(found.get<long long>()) : std::string{};
}

}  // namespace onenode::nftables

// The JSON inside documents: small strict readers; a wrong type or a missing field is named.
#pragma once

#include "common/result.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

using Json = nlohmann::ordered_json;  // fields keep their order

one::Failure bad_json(const std::string& field, std::string reason);
one::Result<Json> parse_json(std::string_view text);
/// For `.map_error(unreadable("token", id))`: names the document of OpenNebula, as somebody's who edited it; never the
/// caller's fault.
std::function<one::Error(const one::Error&)> unreadable(std::string kind, int document_id);
/// One line. Bytes that are no UTF-8 are replaced.
std::string dump(const Json& tree);

/// Reads fields of one object and remembers the first mistake.
class JsonFields {
public:
    explicit JsonFields(const Json& tree, std::string path = {}) : tree_(&tree), path_(std::move(path)) {}

    template <class T>
    void required(const char* name, T& value)
    {
        if (!tree_->contains(name)) return note(name, "it is missing");
        optional(name, value);
    }
    void optional(const char* name, std::string& value);
    void optional(const char* name, bool& value);
    void optional(const char* name, int& value);
    void optional(const char* name, std::int64_t& value);
    void optional(const char* name, std::vector<std::string>& value);
    void optional(const char* name, std::vector<int>& value);
    void optional(const char* name, std::vector<std::int64_t>& value);

    /// The object of this name; null where there is none.
    const Json* object(const char* name);
    /// Takes over the mistake of a part.
    void take(const JsonFields& part);
    [[nodiscard]] one::Result<> outcome() const { return outcome_; }

private:
    void note(const char* name, std::string reason);

    const Json* tree_;
    std::string path_;
    one::Result<> outcome_{};
};

}  // namespace onefrontend

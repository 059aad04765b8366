// What a verb says, whoever hears it: the terminal here, or an admin elsewhere.
#pragma once

#include "common/result.hpp"
#include "frontend/enroll/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::cli {

class Teller {
public:
    virtual ~Teller() = default;

    /// The result: `text` for a person, or `event` with its fields.
    virtual void say(std::string_view text, std::string_view event, Json fields = Json::object()) = 0;
    /// Rows under headings, or an object a row.
    virtual void table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
                       std::string_view event, const std::vector<Json>& objects) = 0;
    /// The result alone, for a file or a program: what is to be told besides goes elsewhere.
    virtual void print(std::string_view text) = 0;
    virtual void warn(const one::Error& error) = 0;
    [[nodiscard]] virtual bool warned() const = 0;
};

/// What programs read of it.
Json to_object(std::string_view event, const Json& fields);
Json to_object(const one::Error& error);

/// Columns as wide as their widest cell, a line a row.
std::string text_of_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);

}  // namespace onefrontend::cli

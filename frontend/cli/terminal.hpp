// What a verb says: text for a person, or the same as one JSON object a line.
#pragma once

#include "common/result.hpp"
#include "frontend/enroll/json.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::cli {

class Terminal {
public:
    Terminal(std::ostream& out, std::ostream& errors, bool json) : out_(&out), errors_(&errors), json_(json) {}

    /// The result: `text` for a person, or `event` with its fields.
    void say(std::string_view text, std::string_view event, Json fields = Json::object());
    /// Rows under headings, or an object a row.
    void table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
               std::string_view event, const std::vector<Json>& objects);
    /// The result alone, for a file or a program: what is to be told besides goes to standard error.
    void print(std::string_view text);
    void warn(const one::Error& error);
    void fail(const one::Error& error);
    [[nodiscard]] bool warned() const { return warned_; }
    /// The errno of the first write of a result that failed; 0 where all of it got there.
    [[nodiscard]] int lost() const { return lost_; }

private:
    void put(std::string_view text);
    void line(std::string_view event, Json fields);
    void trouble(std::string_view level, const one::Error& error);

    std::ostream* out_;
    std::ostream* errors_;
    bool json_;
    bool warned_ = false;
    int lost_ = 0;
};

}  // namespace onefrontend::cli

// What a verb says to who runs it: text for a person, or the same as one JSON object a line.
#pragma once

#include "frontend/cli/teller.hpp"

#include <iosfwd>

namespace onefrontend::cli {

class Terminal : public Teller {
public:
    Terminal(std::ostream& out, std::ostream& errors, bool json) : out_(&out), errors_(&errors), json_(json) {}

    void say(std::string_view text, std::string_view event, Json fields = Json::object()) override;
    void table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
               std::string_view event, const std::vector<Json>& objects) override;
    /// To standard output; what is to be told besides goes to standard error.
    void print(std::string_view text) override;
    void warn(const one::Error& error) override;
    void fail(const one::Error& error);
    /// What a verb said elsewhere; objects there may be none of, where its result is a text in any case.
    void pass_on(std::string_view text, const std::vector<Json>& objects);
    [[nodiscard]] bool warned() const override { return warned_; }
    /// The errno of the first write of a result that failed; 0 where all of it got there.
    [[nodiscard]] int lost() const { return lost_; }

private:
    void put(std::string_view text);
    void line(std::string_view event, const Json& fields);
    void trouble(std::string_view level, const one::Error& error);

    std::ostream* out_;
    std::ostream* errors_;
    bool json_;
    bool warned_ = false;
    int lost_ = 0;
};

}  // namespace onefrontend::cli

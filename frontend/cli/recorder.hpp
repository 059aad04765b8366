// What a verb says to an admin elsewhere: kept until it is done, then one JSON answer for people and programs.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/teller.hpp"

namespace onefrontend::cli {

class Recorder : public Teller {
public:
    void say(std::string_view text, std::string_view event, Json fields = Json::object()) override;
    void table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
               std::string_view event, const std::vector<Json>& objects) override;
    void print(std::string_view text) override;
    void warn(const one::Error& error) override;
    [[nodiscard]] bool warned() const override { return !warnings_.empty(); }

    /// One object; docs/openapi.yaml calls it AdminAnswer.
    [[nodiscard]] std::string answer(Exit exit) const;

private:
    std::string text_{};
    Json objects_ = Json::array();
    Json warnings_ = Json::array();
};

/// What such an answer is, where it arrives.
struct Recorded {
    std::string text{};
    std::vector<Json> objects{};
    std::vector<one::Error> warnings{};
    Exit exit = Exit::failed;
};
one::Result<Recorded> read_recorded(std::string_view answer);

}  // namespace onefrontend::cli

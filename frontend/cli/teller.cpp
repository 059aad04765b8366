// How it looks, wherever it is read.
#include "frontend/cli/teller.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {

Json to_object(std::string_view event, const Json& fields)
{
    Json whole{{"schema", "onefrontend/1"}, {"event", event}};
    whole.update(fields);
    return whole;
}

Json to_object(const one::Error& error)
{
    return {{"kind", to_string(error.kind)},
            {"thing", error.thing},
            {"reason", error.reason},
            {"next", error.next},
            {"text", to_line(error)}};
}

std::string text_of_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths(headings.size());
    for (std::size_t i = 0; i < headings.size(); ++i) {
        widths[i] = headings[i].size();
        for (const auto& row : rows)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    const auto add = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += fmt::format("{:<{}}  ", row[i], widths[i]);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    };
    add(headings);
    for (const auto& row : rows)
        add(row);
    return text;
}

}  // namespace onefrontend::cli

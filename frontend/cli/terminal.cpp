// Lines and tables for people, JSON lines for programs.
#include "frontend/cli/terminal.hpp"

#include "common/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace onefrontend::cli {

namespace {
constexpr std::string_view schema = "onefrontend/1";
}

void Terminal::line(std::ostream& to, std::string_view event, Json fields)
{
    Json whole{{"schema", schema}, {"event", event}};
    whole.update(fields);
    to << dump(whole) << '\n' << std::flush;
}

void Terminal::say(std::string_view text, std::string_view event, Json fields)
{
    if (json_)
        line(*out_, event, std::move(fields));
    else
        *out_ << one::printable(text) << '\n' << std::flush;
}

void Terminal::print(std::string_view text)
{
    *out_ << text << std::flush;
}

void Terminal::table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
                     std::string_view event, const std::vector<Json>& objects)
{
    if (json_) {
        for (const Json& object : objects)
            line(*out_, event, object);
        return;
    }
    std::vector<std::size_t> widths(headings.size());
    for (std::size_t i = 0; i < headings.size(); ++i) {
        widths[i] = headings[i].size();
        for (const auto& row : rows)
            widths[i] = std::max(widths[i], row[i].size());
    }
    const auto print = [&](const std::vector<std::string>& row) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i)
            text += fmt::format("{:<{}}  ", row[i], widths[i]);
        *out_ << one::printable(text.substr(0, text.find_last_not_of(' ') + 1)) << '\n';
    };
    print(headings);
    for (const auto& row : rows)
        print(row);
    *out_ << std::flush;
}

void Terminal::trouble(std::string_view level, const one::Error& error)
{
    if (json_)
        return line(*out_, level,
                    Json{{"kind", to_string(error.kind)},
                         {"thing", error.thing},
                         {"reason", error.reason},
                         {"next", error.next},
                         {"text", to_line(error)}});
    *errors_ << level << ": " << one::printable(to_line(error)) << '\n';
    if (!error.next.empty()) *errors_ << "  next: " << one::printable(error.next) << '\n';
}

void Terminal::warn(const one::Error& error)
{
    warned_ = true;
    trouble("warning", error);
}

void Terminal::fail(const one::Error& error)
{
    trouble("error", error);
}

}  // namespace onefrontend::cli

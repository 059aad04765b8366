// Lines and tables for people, JSON lines for programs.
#include "frontend/cli/terminal.hpp"

#include "common/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <ostream>

namespace onefrontend::cli {

namespace {
constexpr std::string_view schema = "onefrontend/1";
}

// A verb is not stopped in the middle by output that nobody takes: main asks about it in the end.
void Terminal::put(std::string_view text)
{
    errno = 0;
    *out_ << text << std::flush;
    if (!*out_ && lost_ == 0) lost_ = errno != 0 ? errno : EIO;
}

void Terminal::line(std::string_view event, Json fields)
{
    Json whole{{"schema", schema}, {"event", event}};
    whole.update(fields);
    put(dump(whole) + '\n');
}

void Terminal::say(std::string_view text, std::string_view event, Json fields)
{
    if (json_)
        line(event, std::move(fields));
    else
        put(one::printable(text) + '\n');
}

void Terminal::print(std::string_view text)
{
    put(text);
}

void Terminal::table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows,
                     std::string_view event, const std::vector<Json>& objects)
{
    if (json_) {
        for (const Json& object : objects)
            line(event, object);
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
        put(one::printable(text.substr(0, text.find_last_not_of(' ') + 1)) + '\n');
    };
    print(headings);
    for (const auto& row : rows)
        print(row);
}

void Terminal::trouble(std::string_view level, const one::Error& error)
{
    if (json_)
        return line(level, Json{{"kind", to_string(error.kind)},
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

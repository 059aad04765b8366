// Text for people, JSON lines for programs.
#include "frontend/cli/terminal.hpp"

#include "common/text/printable.hpp"

#include <cerrno>
#include <ostream>

namespace onefrontend::cli {

// A verb is not stopped in the middle by output that nobody takes: main asks about it in the end.
void Terminal::put(std::string_view text)
{
    errno = 0;
    *out_ << text << std::flush;
    if (!*out_ && lost_ == 0) lost_ = errno != 0 ? errno : EIO;
}

void Terminal::line(std::string_view event, const Json& fields)
{
    put(dump(to_object(event, fields)) + '\n');
}

void Terminal::say(std::string_view text, std::string_view event, Json fields)
{
    if (json_)
        line(event, fields);
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
    if (!json_) return put(one::printable(text_of_table(headings, rows)));
    for (const Json& object : objects)
        line(event, object);
}

void Terminal::pass_on(std::string_view text, const std::vector<Json>& objects)
{
    if (!json_ || objects.empty()) return put(one::printable(text));
    for (const Json& object : objects)
        put(dump(object) + '\n');
}

void Terminal::trouble(std::string_view level, const one::Error& error)
{
    if (json_) return line(level, to_object(error));
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

// Lines for people: the phase in a column of its own, findings with id and fix. Lines for programs: the same as JSON.
#include "nodeagent/cli/terminal.hpp"

#include "common/text/letters.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <set>

namespace onenode {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "onenode/1";
constexpr std::size_t column = 12;
constexpr std::string_view red = "\033[31;1m";
constexpr std::string_view yellow = "\033[33;1m";
constexpr std::string_view bold = "\033[1m";
constexpr std::string_view plain = "\033[0m";

void add(Json& json, const Detail& detail)
{
    std::visit([&](const auto& value) { json[std::string{detail.key}] = value; }, detail.value);
}

std::string indented(std::string_view text, std::size_t by)
{
    std::string result;
    for (const auto& one : one::split_lines(text))
        result += (result.empty() ? "" : "\n" + std::string(by, ' ')) + one;
    return result;
}

}  // namespace

std::string counted(std::size_t number, std::string_view thing)
{
    return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

Terminal::Terminal(const OutputOptions& options, Color color, std::FILE* out, std::FILE* error) :
    options_(options), color_(color), out_(out), error_(error)
{
}

int Terminal::lost()
{
    flush();
    return lost_;
}

void Terminal::headline(const std::string& sentence)
{
    if (options_.json) return;
    close_line();
    print(fmt::format("{}\n", painted(one::printable(sentence), bold)));
    flush();
}

void Terminal::object(const std::string& json)
{
    print(fmt::format("{}\n", json));
    flush();
}

void Terminal::clear()
{
    print("\033[H\033[J");
}

void Terminal::begin(std::string_view phase)
{
    close_line();
    phase_ = phase;
    emit("phase", {});
    if (options_.json || options_.quiet) return;
    print(fmt::format("{:<{}}", phase, column));
    flush();
    line_is_open_ = true;
}

void Terminal::say(const std::string& sentence, Details details)
{
    emit("done", {{"message", sentence}}, details);
    if (!options_.json && !options_.quiet) line(sentence);
}

void Terminal::warn(std::string_view id, const std::string& message, const std::string& fix)
{
    finding(id, "warning", message, fix);
}

void Terminal::show(const Reports& reports)
{
    std::set<std::string_view> told;  // several findings may come to the same: a person reads that once
    for (const auto& report : reports) {
        const auto& found = report.finding;
        const auto severity = to_string(found.severity);
        const Check* check = found.severity >= Severity::warning ? checks::find(report.check) : nullptr;
        if (check == nullptr || check->without_it.empty()) {
            finding(report.id, severity, found.message, found.fix, found.packages);
            continue;
        }
        const std::string without_it{check->without_it};
        count(severity);
        const Details said{{"id", report.id},
                           {"severity", std::string{severity}},
                           {"message", found.message},
                           {"fix", found.fix},
                           {"without_it", without_it}};
        if (found.packages.empty())
            emit("finding", said);
        else
            emit("finding", said, {{"packages", found.packages}});
        if (options_.json) continue;
        const bool is_news = told.insert(check->without_it).second;
        print_finding(report.id, severity, found.message, is_news ? without_it : std::string{}, found.fix);
    }
}

void Terminal::show(const Report& report, const Check& check)
{
    const auto& found = report.finding;
    const bool is_bad = found.severity >= Severity::warning;
    const std::string without_it{is_bad ? check.without_it : std::string_view{}};
    count(to_string(found.severity));
    emit("finding",
         {{"id", report.id},
          {"severity", std::string{to_string(found.severity)}},
          {"message", found.message},
          {"fix", found.fix}},
         {{"check", std::string{check.id}}, {"without_it", without_it}, {"fixable", check.fix != nullptr}});
    const bool is_wanted = is_bad || options_.verbose || (found.severity == Severity::not_checked && !options_.quiet);
    if (!options_.json && is_wanted)
        print_finding(report.id, to_string(found.severity), found.message, without_it, found.fix);
}

void Terminal::tell(std::string_view event, const std::string& text, Details details)
{
    emit(event, details);
    if (!options_.json) print(text);
}

void Terminal::show(const std::vector<one::wire::Finding>& findings)
{
    for (const auto& one : findings) {
        finding(one.id, one.severity, one.message, one.fix);
        const bool is_left_out = one.severity == to_string(Severity::not_checked) && !options_.verbose;
        if (is_left_out && !options_.json && !options_.quiet)  // here each of them is news
            print_finding(one.id, one.severity, one.message, {}, one.fix);
    }
}

void Terminal::show(const Step& step, const Change& change)
{
    emit("change", {{"step", std::string{step.id}},
                    {"kind", std::string{kind_of(change)}},
                    {"title", title_of(change)},
                    {"why", why_of(change)}});
    if (options_.json || options_.quiet) return;
    line(title_of(change));
    if (options_.verbose && !why_of(change).empty()) line("  because " + why_of(change));
}

void Terminal::show(const Plan& plan, const Facts& facts)
{
    if (options_.json) {
        for (const auto& planned : plan.steps)
            for (const auto& change : planned.changes)
                show(*planned.step, change);
        emit("plan", {{"changes", static_cast<int>(plan.size())}, {"text", describe(plan, facts)}});
        return;
    }
    close_line();
    print(one::printable(describe(plan, facts)));
}

void Terminal::fail(std::string_view verb, const one::Error& error, const std::vector<std::string>& remains, Exit exit)
{
    close_line();
    flush();  // what was said before stands before the error, also where both streams are one
    if (options_.json) {
        emit("result", {{"verb", std::string{verb}}, {"outcome", "failed"}, {"exit", static_cast<int>(exit)}},
             {{"kind", std::string{to_string(error.kind)}},
              {"thing", error.thing},
              {"reason", error.reason},
              {"next", error.next},
              {"message", one::to_line(error)},
              {"remains", one::join(remains, "\n")}});
        return;
    }
    complain(fmt::format("{} {}\n", painted("error:", red), indented(one::printable(one::to_line(error)), 4)));
    if (!error.next.empty()) complain(fmt::format("    fix: {}\n", indented(one::printable(error.next), 9)));
    for (const auto& text : remains)
        complain(fmt::format("{}\n", one::printable(text)));
    std::fflush(error_);
}

void Terminal::finish(std::string_view verb, std::string_view outcome, const std::string& sentence, Exit exit,
                      Details details)
{
    close_line();
    phase_.clear();
    emit("result",
         {{"verb", std::string{verb}},
          {"outcome", std::string{outcome}},
          {"exit", static_cast<int>(exit)},
          {"message", sentence}},
         details);
    if (!options_.json && !sentence.empty()) print(fmt::format("{}\n", painted(one::printable(sentence), bold)));
    flush();
}

// Who stops reading, or a disk that is full, stops nothing in the middle: what cannot be written is dropped, and main
// asks about it in the end.
void Terminal::print(const std::string& text)
{
    if (std::fwrite(text.data(), 1, text.size(), out_) != text.size() && lost_ == 0) lost_ = errno;
}

void Terminal::flush()
{
    if (std::fflush(out_) != 0 && lost_ == 0) lost_ = errno;
}

void Terminal::complain(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), error_);
}

void Terminal::emit(std::string_view event, Details details, Details more)
{
    if (!options_.json) return;
    Json json{{"schema", schema}, {"event", event}};
    if (!phase_.empty()) json["phase"] = phase_;
    for (const auto& detail : details)
        add(json, detail);
    for (const auto& detail : more)
        add(json, detail);
    print(fmt::format("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace)));
    flush();
}

void Terminal::line(std::string_view text)
{
    const std::string shown = indented(one::printable(text), column);
    if (line_is_open_)
        print(fmt::format("{}\n", shown));
    else
        print(fmt::format("{:{}}{}\n", "", column, shown));
    flush();
    line_is_open_ = false;
}

void Terminal::close_line()
{
    if (line_is_open_) print("\n");
    line_is_open_ = false;
}

bool Terminal::count(std::string_view severity)
{
    errors_ += severity == "error" ? 1 : 0;
    warnings_ += severity == "warning" ? 1 : 0;
    return severity == "error" || severity == "warning";
}

void Terminal::finding(std::string_view id, std::string_view severity, const std::string& message,
                       const std::string& fix, const std::vector<std::string>& packages)
{
    const bool is_bad = count(severity);
    const Details said{
        {"id", std::string{id}}, {"severity", std::string{severity}}, {"message", message}, {"fix", fix}};
    if (packages.empty())
        emit("finding", said);
    else
        emit("finding", said, {{"packages", packages}});
    if (options_.json || (!is_bad && !options_.verbose)) return;
    print_finding(id, severity, message, {}, fix);
}

void Terminal::print_finding(std::string_view id, std::string_view severity, const std::string& message,
                             const std::string& without_it, const std::string& fix)
{
    close_line();
    const std::string head = fmt::format("[{} {}]", one::to_upper(severity), one::printable(id));
    const std::string_view paint = severity == "error" ? red : severity == "warning" ? yellow : std::string_view{};
    print(fmt::format("{} {}\n", painted(head, paint), indented(one::printable(message), 4)));
    if (!without_it.empty()) print(fmt::format("    left alone: {}\n", indented(one::printable(without_it), 16)));
    if (!fix.empty()) print(fmt::format("    fix: {}\n", indented(one::printable(fix), 9)));
    flush();
}

std::string Terminal::painted(std::string_view text, std::string_view paint) const
{
    if (color_ == Color::no || paint.empty()) return std::string{text};
    return fmt::format("{}{}{}", paint, text, plain);
}

}  // namespace onenode

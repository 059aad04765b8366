// The log on spdlog: we make the text of a line, spdlog writes it whole, in order and from any thread.
#include "common/log.hpp"

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>

namespace one::log {
namespace {

struct State {
    Form form = Form::human;
    std::shared_ptr<spdlog::logger> logger{};  // shared because spdlog's sinks are
};

spdlog::level::level_enum to_spdlog(Level level)
{
    switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view word_for(Level level)
{
    switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
    }
    return "info";
}

State make_state(const Options& options)
{
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (options.color)
        sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(spdlog::color_mode::always);
    else
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    State state{options.form, std::make_shared<spdlog::logger>("one", std::move(sink))};
    state.logger->set_level(to_spdlog(options.level));
    state.logger->set_pattern(options.form == Form::human ? "%H:%M:%S %^%-7l%$ %v" : "%v");
    return state;
}

// The one object that outlives main's scopes: any thread may log until the very end.
State& state()
{
    static State the_state = make_state({});
    return the_state;
}

std::string json_string(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_plain(std::string_view text)
{
    for (const char letter : text)
        if (static_cast<unsigned char>(letter) <= ' ' || letter == '"' || letter == '=' ||
            static_cast<unsigned char>(letter) >= 127)
            return false;
    return !text.empty();
}

std::string one_line(std::string_view text)
{
    std::string line{text};
    for (char& letter : line)
        if (static_cast<unsigned char>(letter) < ' ') letter = ' ';
    return line;
}

std::string to_words(std::string_view event, Fields fields)
{
    std::string line = one_line(event);
    for (const auto& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        line += is_plain(field.value) ? field.value : json_string(field.value);
    }
    return line;
}

// journald reads the priority from the front of a line (sd-daemon(3)); its own fields would need its library in every
// process.
std::string_view priority_of(Level level)
{
    switch (level) {
    case Level::debug: return "<7>";
    case Level::info: return "<6>";
    case Level::warning: return "<4>";
    case Level::error: return "<3>";
    }
    return "<6>";
}

std::string now_text()
{
    const auto now = std::chrono::system_clock::now();
    const auto part = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), part);
}

void write(Level level, std::string_view event, Fields fields)
{
    State& current = state();
    const auto spdlog_level = to_spdlog(level);
    if (!current.logger->should_log(spdlog_level)) return;
    std::string line;
    switch (current.form) {
    case Form::human: line = to_words(event, fields); break;
    case Form::json: line = to_json_line(level, event, fields, now_text()); break;
    case Form::journal: line = std::string{priority_of(level)} + to_words(event, fields); break;
    }
    current.logger->log(spdlog_level, spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace

Form form_for_standard_error()
{
    if (::isatty(STDERR_FILENO) == 1) return Form::human;
    return std::getenv("JOURNAL_STREAM") != nullptr ? Form::journal : Form::json;
}

void start(const Options& options)
{
    state() = make_state(options);
}

void error(std::string_view event, Fields fields)
{
    write(Level::error, event, fields);
}
void warning(std::string_view event, Fields fields)
{
    write(Level::warning, event, fields);
}
void info(std::string_view event, Fields fields)
{
    write(Level::info, event, fields);
}
void debug(std::string_view event, Fields fields)
{
    write(Level::debug, event, fields);
}

std::string to_json_line(Level level, std::string_view event, Fields fields, std::string_view time)
{
    std::string line = "{\"time\":" + json_string(time) + ",\"level\":" + json_string(word_for(level)) +
                       ",\"event\":" + json_string(event);
    for (const auto& field : fields)
        line += ',' + json_string(field.key) + ':' + json_string(field.value);
    return line + '}';
}

}  // namespace one::log

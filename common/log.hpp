// Events with keys: `log::info("node enrolled", {{"node", name}})`. Human lines on a terminal, JSON lines otherwise.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace one::log {

enum class Level { debug, info, warning, error };
enum class Form { human, json, journal };

struct Field {
    std::string_view key;
    std::string value;

    Field(std::string_view name, std::string text) : key(name), value(std::move(text)) {}
    Field(std::string_view name, std::string_view text) : key(name), value(text) {}
    Field(std::string_view name, const char* text) : key(name), value(text) {}
    Field(std::string_view name, long long number) : key(name), value(std::to_string(number)) {}
    Field(std::string_view name, int number) : key(name), value(std::to_string(number)) {}
    Field(std::string_view name, unsigned long number) : key(name), value(std::to_string(number)) {}
    Field(std::string_view name, long number) : key(name), value(std::to_string(number)) {}
};
using Fields = std::initializer_list<Field>;

struct Options {
    Form form = Form::human;
    Level level = Level::info;
    bool color = false;
};

/// Human where standard error is a terminal, journald's own form under systemd, JSON lines otherwise.
Form form_for_standard_error();
void start(const Options& options);

void error(std::string_view event, Fields fields = {});    // a person must act
void warning(std::string_view event, Fields fields = {});  // worked around
void info(std::string_view event, Fields fields = {});     // state changed
void debug(std::string_view event, Fields fields = {});    // the rest

/// One JSON line; what the json form writes. Separate, so that a test can hold it.
std::string to_json_line(Level level, std::string_view event, Fields fields, std::string_view time);

}  // namespace one::log

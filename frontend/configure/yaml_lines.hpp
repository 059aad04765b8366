// The lines of a YAML text around a key: where its value ends, where a new key goes. Guesses that hold for files as
// people write them; whoever uses them reads the result again.
#pragma once

#include "frontend/configure/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace onefrontend::configure {

enum class Around { lines, brackets };  // what a key stands in

bool is_flow(std::string_view text, const Value& value);  // in brackets or braces

/// The text with another value behind the key; a comment behind a value of one line stays.
std::string with_value(const std::string& text, std::size_t key_at, std::string_view key, const Value& before,
                       const Value& after, Around around);
/// A new key as the last one of a map.
std::string with_entry_behind(const std::string& text, const Value& map, std::string_view key, const Value& value);
/// A new key above the line `# key:`.
std::optional<std::string> with_entry_above_example(const std::string& text, std::string_view key, const Value& value);
std::string with_entry_at_end(const std::string& text, std::string_view key, const Value& value);

/// `key: value` with its newline, indented.
std::string written_entry(std::string_view key, const Value& value, std::size_t indent);

}  // namespace onefrontend::configure

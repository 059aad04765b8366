// Small questions about text that several rooms ask.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace one {

std::vector<std::string> split_lines(std::string_view text);
std::vector<std::string> split_words(std::string_view text);
std::string_view trim(std::string_view text);
/// The first word; `text` becomes what follows it, trimmed.
std::string_view take_word(std::string_view& text);
std::string join(std::span<const std::string> parts, std::string_view between);

/// The known word nearest to a mistyped one; empty where none is near.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace one

// Text of others on a terminal: nothing in it may steer the terminal or turn the order of its letters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace one {

/// UTF-8 without control characters (C0 but newline and tab, DEL, C1) and without marks that change the direction of
/// writing; each of those becomes '?', as does a byte that is no UTF-8.
std::string printable(std::string_view text);

/// One line of a text that nobody vouches for: printable ASCII, blanks joined, cut at `limit`.
std::string plain_line(std::string_view text, std::size_t limit = 200);

/// Whether a text is one line that `printable` leaves as it is.
bool is_printable_line(std::string_view text);

}  // namespace one

// One line of the journal as JSON: an entry, or the word that an entry was undone. Bytes travel as base64.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace onenode {

struct JournalHeader {  // the first line; a later format has another number
    int version = 1;
};
struct UndoneMark {
    std::uint64_t number = 0;
};
using JournalLine = std::variant<JournalHeader, Entry, UndoneMark>;

std::string to_line(const JournalLine& line);  // with its newline
/// The error's reason says what is wrong with the line; its thing is empty.
Result<JournalLine> parse_journal_line(std::string_view line);

}  // namespace onenode

// A line of the journal that is read is written the same again: what undo does is what apply wrote down.
#include "nodeagent/core/journal_line.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto line = onenode::parse_journal_line(one::fuzz::text_of(data, size));
    if (!line) {
        one::fuzz::must(!line.error().reason.empty());
        return 0;
    }
    const auto written = onenode::to_line(*line);
    one::fuzz::must(written.find('\n') == written.size() - 1);  // one line, whatever is in it
    const auto again = onenode::parse_journal_line(written);
    one::fuzz::must(again && onenode::to_line(*again) == written);
    return 0;
}

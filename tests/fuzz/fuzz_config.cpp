// The file of `onenode join --config`: a mistake has a reason, and a text that was read is read the same again.
#include "nodeagent/cli/config_text.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto settings = onenode::cli::read_settings(one::fuzz::text_of(data, size));
    if (!settings) {
        one::fuzz::must(!settings.error().reason.empty());
        return 0;
    }
    for (const auto& setting : *settings) {
        for (const auto& value : setting.values) {
            const auto again = onenode::cli::read_settings("key = " + onenode::cli::in_quotes(value));
            one::fuzz::must(again && again->front().values.front() == value);
        }
    }
    return 0;
}

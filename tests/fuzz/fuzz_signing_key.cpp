// Keys that are read are read the same again, from the text that is made of them.
#include "common/signing_key.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (const auto keys = one::read_signing_keys(one::fuzz::text_of(data, size))) {
        const auto again = one::read_signing_keys(keys->armored);
        one::fuzz::must(!keys->keys.empty() && again && *again == *keys);
    }
    return 0;
}

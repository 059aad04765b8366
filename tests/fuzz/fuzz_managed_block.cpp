// A block that is set and taken away again leaves every byte of a text.
#include "common/managed_block.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    std::string theirs{text};
    for (std::string before{theirs + "."}; before != theirs;) {
        before = theirs;
        theirs = one::with_managed_block(theirs, "x", {});
    }
    for (const auto place : {one::BlockPlace::first, one::BlockPlace::keep_or_append}) {
        const auto with = one::with_managed_block(theirs, "x", {theirs, "y"}, place);
        one::fuzz::must(one::with_managed_block(with, "x", {}) == theirs);
        one::fuzz::must(one::managed_block(with, "x").back() == "y");
    }
    return 0;
}

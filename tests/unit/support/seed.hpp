// Random input with a printed seed: a failure names it, ONENODE_SEED repeats it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

namespace one::test {

inline std::mt19937_64 seeded()
{
    const char* given = std::getenv("ONENODE_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "random input with ONENODE_SEED=" << seed << '\n';
    return std::mt19937_64{seed};
}

inline std::size_t below(std::mt19937_64& random, std::size_t limit)
{
    return static_cast<std::size_t>(random() % limit);
}

inline std::string random_text(std::mt19937_64& random, std::size_t longest)
{
    std::string text(below(random, longest + 1), '\0');
    for (char& byte : text)
        byte = static_cast<char>(random());
    return text;
}

/// A text made of pieces that a parser cares about.
template <class Pieces>
std::string random_text_of(std::mt19937_64& random, const Pieces& pieces, std::size_t most)
{
    std::string text;
    for (std::size_t left = below(random, most + 1); left > 0; --left)
        text += *(std::begin(pieces) + static_cast<std::ptrdiff_t>(below(random, std::size(pieces))));
    return text;
}

}  // namespace one::test

// Options that take one of a few words.
#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace one {

/// As CLI::IsMember, which repeats the wrong word: it may be a token that was pasted there.
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace one

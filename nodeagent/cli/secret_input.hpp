// Where the join token comes from: a file, standard input, the environment, or the person at the terminal. Never argv.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <string>
#include <string_view>

namespace onenode::cli {

/// Takes ONENODE_TOKEN out of the environment and overwrites it there, before any child could inherit or show it.
one::Secret take_token_from_environment();
/// Of a file, or of standard input for "-"; at most 64 KiB.
one::Result<std::string> read_input_file(const std::string& path);
/// Asks on the terminal without echo; kind unsupported where there is none.
one::Result<one::Secret> ask_for_secret(std::string_view prompt);
/// For telling a person what not to do; says nothing about validity.
bool looks_like_token(std::string_view word);

}  // namespace onenode::cli

// What a person gives: the join token from a file, standard input, the environment or the terminal, never argv; and a
// yes or no.
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
/// Whether there is anybody to ask.
bool has_terminal();
/// Asks on the terminal; anything but "yes" is a no. Kind unsupported where there is none.
one::Result<bool> ask_yes_or_no(std::string_view question);
/// For telling a person what not to do; says nothing about validity.
bool looks_like_token(std::string_view word);

}  // namespace onenode::cli

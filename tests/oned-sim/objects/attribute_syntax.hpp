// The attribute syntax of OpenNebula's templates (NAME = VALUE, NAME = [ KEY = VALUE, ... ]), with oned's error texts.
#pragma once

#include "tests/oned-sim/objects/attributes.hpp"

namespace onedsim {

/// The error's reason is what oned's parser says: "syntax error, unexpected $end, expecting EQUAL at line 0, columns
/// 9:12".
one::Result<Attributes> parse_attribute_syntax(std::string_view text);

/// The parser's words without the "Parse error: " that the API puts before them; monitoring logs them bare.
std::string parser_words(const one::Error& error);

}  // namespace onedsim

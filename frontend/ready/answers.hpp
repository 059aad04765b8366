// What a service's first bytes say about it. Pure: bytes in, judgement out.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace onefrontend {

/// The status of an HTTP answer; an error where it is none.
one::Result<int> http_status(std::string_view answer);
/// The body of a whole HTTP answer without transfer encoding, as oned's.
one::Result<std::string_view> http_body(std::string_view answer);

/// MariaDB and MySQL speak first: a greeting, or why they will not have us (too many connections, a blocked host).
one::Result<> judge_database_greeting(std::string_view bytes);

enum class Credentials { accepted, refused };
/// oned executed a call, or looked the caller up and refused: both need its database. Anything else is not ready.
one::Result<Credentials> judge_call(std::string_view method, std::string_view http_answer);
/// oned said something that is XML-RPC: it lives, whatever it said.
one::Result<> judge_life(std::string_view http_answer);

}  // namespace onefrontend

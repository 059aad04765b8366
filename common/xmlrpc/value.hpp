// XML-RPC as OpenNebula speaks it: strings, integers (int, i4, i8), booleans, arrays.
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace one::xmlrpc {

struct Value;
using Array = std::vector<Value>;

struct Value {
    std::variant<std::string, std::int64_t, bool, Array> data{};

    Value() = default;
    Value(std::string text) : data(std::move(text)) {}
    Value(std::string_view text) : data(std::string{text}) {}
    Value(const char* text) : data(std::string{text}) {}
    Value(int number) : data(std::int64_t{number}) {}
    Value(std::int64_t number) : data(number) {}
    Value(bool truth) : data(truth) {}
    Value(Array array) : data(std::move(array)) {}

    bool operator==(const Value&) const = default;
};

struct Call {
    std::string method{};
    Array parameters{};
    bool operator==(const Call&) const = default;
};

struct Fault {
    int code = 0;
    std::string text{};
    bool operator==(const Fault&) const = default;
};

using Answer = std::variant<Value, Fault>;

/// What XML 1.0 cannot carry (control characters, bytes that are not UTF-8) is refused, with the parameter's number.
Result<std::string> to_xml(const Call& call);
/// Byte for byte as oned writes it: CRLF, <i4>, and the fifth element of a failure as <i8>.
Result<std::string> to_xml(const Answer& answer);
/// At most 64 MiB and 32 levels. An element without a type is a string; <nil/> reads as an empty one.
Result<Call> parse_call(std::string_view xml);
Result<Answer> parse_answer(std::string_view xml);

}  // namespace one::xmlrpc

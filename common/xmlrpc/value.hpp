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

std::string to_xml(const Call& call);
std::string to_xml(const Answer& answer);
Result<Call> parse_call(std::string_view xml);
Result<Answer> parse_answer(std::string_view xml);

}  // namespace one::xmlrpc

// A YAML document as a value that knows where it stands in its text.
#pragma once

#include "common/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

struct Value {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text{};               // of a scalar
    bool quoted = false;              // surely a text, whatever it looks like
    std::vector<std::string> keys{};  // of a map: as many as items
    std::vector<Value> items{};       // of a list or a map
    std::vector<std::size_t> keys_at{};
    std::size_t at = 0;  // byte of the document

    [[nodiscard]] const Value* find(std::string_view key) const;
    /// Sets or adds a key of a map; null becomes a map.
    Value& operator[](const std::string& key);
};

/// The same for every reader: kind, text and type; not the place, nor the order of keys.
bool same(const Value& left, const Value& right);

Value text_value(std::string_view text);   // a string, also where it looks like a number
Value plain_value(std::string_view text);  // a number, true, false
Value number_value(long long number);

/// Whether a plain scalar is a string to every reader of YAML, in Ruby and JavaScript too.
bool reads_as_text(std::string_view plain);

/// One document; keys are scalars and stand once. The error names the line.
one::Result<Value> read_yaml(const std::string& text);

/// A scalar in one line, quoted where a reader could take it for something else. `quote`: which one it shall have, ' or
/// ", or 0.
std::string written_scalar(const Value& scalar, char quote = 0);

}  // namespace onefrontend::configure

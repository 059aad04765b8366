// A YAML file of others that is changed here and there: its lines, comments, order and quotes stay.
//
// The change is made in the text, at the place that yaml-cpp gives; then the text is read again, and must say what it
// said before, but for that one value. A file whose form we do not understand (anchors, folded texts) is so refused,
// never damaged.
#pragma once

#include "frontend/configure/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

using KeyPath = std::vector<std::string>;

class YamlFile {
public:
    /// The error names the line.
    static one::Result<YamlFile> parse(std::string text);

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const Value& root() const { return root_; }
    [[nodiscard]] const Value* find(const KeyPath& path) const;

    /// Changes nothing where the value is there already. Maps on the way are made where they are missing.
    one::Result<> set(const KeyPath& path, const Value& value);

private:
    one::Result<> take(std::string text, const Value& expected, const KeyPath& path);

    std::string text_{};
    Value root_{};
};

/// For a person: "server/bind".
std::string to_text(const KeyPath& path);

}  // namespace onefrontend::configure

// An attribute file of OpenNebula (oned.conf, monitord.conf) that is read, changed here and there, and written again:
// comments, order, spacing, duplicates and unknown names stay, byte for byte.
#pragma once

#include "common/result.hpp"
#include "frontend/configure/attribute_tokens.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

/// As OpenNebula reads a name.
std::string upper(std::string_view name);

struct Span {  // bytes of the text
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const Span&) const = default;
};

struct Pair {            // NAME = value
    std::string name{};  // upper case, as OpenNebula reads it
    Span name_at{};
    Span value_at{};  // empty behind the '=' where there is no value
    bool operator==(const Pair&) const = default;
};

struct Entry : Pair {  // at the top level; a vector's value_at is from '[' to behind ']'
    bool is_vector = false;
    std::vector<Pair> pairs{};  // of a vector
    bool operator==(const Entry&) const = default;
};

struct NewPair {
    std::string name{};
    std::string value{};
    bool operator==(const NewPair&) const = default;
};

class AttributeFile {
public:
    /// The error names the line.
    static one::Result<AttributeFile> parse(std::string text);

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] std::vector<const Entry*> all(std::string_view name) const;
    /// The first of this name: the one that counts. With `named`, the first vector whose NAME is that.
    [[nodiscard]] const Entry* find(std::string_view name, std::string_view named = {}) const;
    [[nodiscard]] std::string value(const Pair& pair) const;
    [[nodiscard]] std::optional<std::string> value_in(const Entry& vector, std::string_view name) const;

    /// Whether a comment shows how the name would be set: `# NAME = `.
    [[nodiscard]] bool mentions(std::string_view name) const;

    // Each changes nothing where the value is there already. What OpenNebula cannot read is refused.

    /// A name that stands once or not yet; where it stands more often, the first one counts.
    one::Result<> set(std::string_view name, std::string_view value);
    /// Keys inside one vector; its others stay. `named`: of several vectors the one whose NAME is that.
    one::Result<> set_in(std::string_view name, const std::vector<NewPair>& pairs, std::string_view named = {});
    /// As often as there are values, in their order (VM_RESTRICTED_ATTR).
    one::Result<> set_all(std::string_view name, const std::vector<std::string>& values);
    /// All of this name.
    one::Result<> erase(std::string_view name);

private:
    one::Result<> replace(Span place, std::string_view by);
    one::Result<> rewrite(const Pair& pair, std::string_view value);
    one::Result<> add(std::string_view name, std::string_view written);
    one::Result<> add_vector(std::string_view name, const std::vector<NewPair>& pairs);
    one::Result<> add_to(const Entry& vector, const NewPair& pair);
    one::Result<> erase(Span place);
    [[nodiscard]] std::string_view at(Span place) const;
    [[nodiscard]] std::size_t behind_comment(std::size_t place) const;
    [[nodiscard]] std::size_t example_of(std::string_view name) const;

    std::string text_{};
    std::vector<Token> tokens_{};
    std::vector<Entry> entries_{};
};

/// The value as it may stand in a file: a number as it is, all else in quotes. Refuses what no writing gives back.
one::Result<std::string> written_value(std::string_view value);

}  // namespace onefrontend::configure

// OpenNebula's templates: named attributes, single or vector, in the order and with the names that oned gives them.
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace onedsim {

using Vector = std::map<std::string, std::string>;
using Attribute = std::variant<std::string, Vector>;

class Attributes {
public:
    /// A text that starts with '<' is read as XML, any other in attribute syntax. The error's reason is oned's own
    /// text.
    static one::Result<Attributes> parse(std::string_view text);

    /// Several attributes may have one name; they keep the order in which they came.
    void add(std::string_view name, Attribute attribute);
    void replace(std::string_view name, Attribute attribute);
    void erase(std::string_view name);
    /// Every name of `other` replaces ours wholly; an empty vector there only removes.
    void merge(const Attributes& other);
    /// What oned's database does to a vector without elements.
    void drop_empty_vectors();

    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
    [[nodiscard]] std::vector<Vector> vectors(std::string_view name) const;
    [[nodiscard]] const std::multimap<std::string, Attribute, std::less<>>& all() const { return attributes_; }

    [[nodiscard]] std::string to_xml(std::string_view element) const;

    bool operator==(const Attributes&) const = default;

private:
    std::multimap<std::string, Attribute, std::less<>> attributes_{};
};

/// The name as oned keeps it: upper case, with ONE_ before what XML would not take.
std::string attribute_name(std::string_view name);

/// Whether oned can store it: values become CDATA and keys elements, and what is then no XML is dropped.
bool storable(const Attributes& attributes);
/// Text that may stand in an element: no control characters, no broken UTF-8.
bool is_xml_text(std::string_view text);

/// A whole number and nothing else.
std::optional<std::int64_t> to_number(std::string_view text);

}  // namespace onedsim

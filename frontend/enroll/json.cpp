// Reads and writes JSON; names the field that is wrong.
#include "frontend/enroll/json.hpp"

#include <fmt/format.h>

#include <limits>

namespace onefrontend {
namespace {

template <class Number>
bool read_number(const Json& json, Number& value)
{
    if (!json.is_number_integer()) return false;
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        return false;
    const auto wide = json.get<std::int64_t>();
    if (wide < std::numeric_limits<Number>::min() || wide > std::numeric_limits<Number>::max()) return false;
    value = static_cast<Number>(wide);
    return true;
}

bool read(const Json& json, int& value)
{
    return read_number(json, value);
}
bool read(const Json& json, std::int64_t& value)
{
    return read_number(json, value);
}

bool read(const Json& json, std::string& value)
{
    if (json.is_string()) value = json.get_ref<const std::string&>();
    return json.is_string();
}

bool read(const Json& json, bool& value)
{
    if (json.is_boolean()) value = json.get<bool>();
    return json.is_boolean();
}

template <class T>
bool read(const Json& json, std::vector<T>& list)
{
    if (!json.is_array()) return false;
    list.clear();
    for (const auto& item : json)
        if (!read(item, list.emplace_back())) return false;
    return true;
}

template <class T>
bool read_field(const Json& tree, const char* name, T& value)
{
    const auto found = tree.find(name);
    return found == tree.end() || read(*found, value);
}

}  // namespace

one::Failure bad_json(const std::string& field, std::string reason)
{
    return one::fail(
        {.kind = one::ErrorKind::invalid, .thing = "field " + field, .reason = std::move(reason), .doing = "read"});
}

one::Result<Json> parse_json(std::string_view text)
{
    Json tree = Json::parse(text.begin(), text.end(), nullptr, false);
    if (tree.is_discarded() || !tree.is_object())
        return one::fail(
            {.kind = one::ErrorKind::invalid, .thing = "the text", .reason = "it is no JSON object", .doing = "read"});
    return tree;
}

std::function<one::Error(const one::Error&)> unreadable(std::string kind, int document_id)
{
    return [kind = std::move(kind), document_id](const one::Error& error) -> one::Error {
        return {.kind = one::ErrorKind::internal,
                .thing = fmt::format("{} document {}", kind, document_id),
                .reason = to_line(error),
                .next = fmt::format("on the front-end, look at it: onedocument show {0}; where it is nobody's: "
                                    "onedocument delete {0}",
                                    document_id),
                .doing = "read"};
    };
}

std::string dump(const Json& tree)
{
    return tree.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void JsonFields::optional(const char* name, std::string& value)
{
    if (!read_field(*tree_, name, value)) note(name, "a string was expected");
}

void JsonFields::optional(const char* name, bool& value)
{
    if (!read_field(*tree_, name, value)) note(name, "true or false was expected");
}

void JsonFields::optional(const char* name, int& value)
{
    if (!read_field(*tree_, name, value)) note(name, "a number was expected");
}

void JsonFields::optional(const char* name, std::int64_t& value)
{
    if (!read_field(*tree_, name, value)) note(name, "a number was expected");
}

void JsonFields::optional(const char* name, std::vector<std::string>& value)
{
    if (!read_field(*tree_, name, value)) note(name, "a list of strings was expected");
}

void JsonFields::optional(const char* name, std::vector<int>& value)
{
    if (!read_field(*tree_, name, value)) note(name, "a list of numbers was expected");
}

void JsonFields::optional(const char* name, std::vector<std::int64_t>& value)
{
    if (!read_field(*tree_, name, value)) note(name, "a list of numbers was expected");
}

const Json* JsonFields::object(const char* name)
{
    const auto found = tree_->find(name);
    if (found == tree_->end()) return nullptr;
    if (found->is_object()) return &*found;
    note(name, "an object was expected");
    return nullptr;
}

void JsonFields::take(const JsonFields& part)
{
    if (outcome_ && !part.outcome_) outcome_ = part.outcome_;
}

void JsonFields::note(const char* name, std::string reason)
{
    if (outcome_) outcome_ = bad_json(path_.empty() ? name : path_ + '.' + name, std::move(reason));
}

}  // namespace onefrontend

// Turns a struct into JSON and back by the one function that names its fields (fields.hpp shows the pattern). A
// template for the few .cpp files that hold messages or state; the reader names the first field that is missing or of a
// wrong type. State that a version before this one wrote may lack fields: there they keep their defaults.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace one::wire {

using Json = nlohmann::ordered_json;  // fields keep their order, so that the same message has the same bytes

/// An object of JSON, bounded in size and depth.
Result<Json> parse_object(std::string_view text);
Failure bad_field(const std::string& field, std::string reason);

class Writer {
public:
    template <class T>
    void operator()(const char* name, const T& value)
    {
        json[name] = written(value);
    }
    template <class T>
    void newer(const char* name, const T& value)
    {
        operator()(name, value);
    }
    template <class Message>
    static Json written(const Message& message) requires std::is_class_v<Message>
    {
        Writer inner;
        fields(inner, const_cast<Message&>(message));  // one list of fields for both directions; we only read
        return std::move(inner.json);
    }
    Json json = Json::object();

private:
    static Json written(const std::string& text) { return text; }
    static Json written(const Secret& secret) { return std::string{secret.reveal()}; }
    static Json written(int number) { return number; }
    static Json written(std::int64_t number) { return number; }
    static Json written(bool truth) { return truth; }
    template <class T>
    static Json written(const std::vector<T>& list)
    {
        Json array = Json::array();
        for (const auto& one : list)
            array.push_back(written(one));
        return array;
    }
};

enum class Absent { is_an_error, keeps_default };

class Reader {
public:
    Reader(const Json& object, std::string path, Absent absent = Absent::is_an_error) :
        json_(&object), path_(std::move(path)), absent_(absent)
    {
    }

    template <class T>
    void operator()(const char* name, T& value)
    {
        if (!outcome) return;  // the first mistake is the one that is told
        const std::string field = path_.empty() ? name : path_ + '.' + name;
        const auto found = json_->find(name);
        if (found != json_->end())
            outcome = read(*found, field, value);
        else if (absent_ == Absent::is_an_error)
            outcome = bad_field(field, "it is missing");
    }
    /// A field that older versions do not send.
    template <class T>
    void newer(const char* name, T& value)
    {
        if (json_->contains(name)) operator()(name, value);
    }
    Result<> outcome{};

private:
    static Result<> read(const Json& json, const std::string& field, std::string& text)
    {
        if (!json.is_string()) return bad_field(field, "a string was expected");
        text = json.get_ref<const std::string&>();
        return {};
    }
    static Result<> read(const Json& json, const std::string& field, Secret& secret)
    {
        if (!json.is_string()) return bad_field(field, "a string was expected");
        secret = Secret{std::string_view{json.get_ref<const std::string&>()}};
        return {};
    }
    static Result<> read(const Json& json, const std::string& field, bool& truth)
    {
        if (!json.is_boolean()) return bad_field(field, "true or false was expected");
        truth = json.get<bool>();
        return {};
    }
    static Result<> read(const Json& json, const std::string& field, std::int64_t& number)
    {
        if (!json.is_number_integer()) return bad_field(field, "a number was expected");
        constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > largest)
            return bad_field(field, "the number is too large");
        number = json.get<std::int64_t>();
        return {};
    }
    static Result<> read(const Json& json, const std::string& field, int& number)
    {
        std::int64_t wide = 0;
        TRY(read(json, field, wide));
        if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
            return bad_field(field, "the number is too large");
        number = static_cast<int>(wide);
        return {};
    }
    template <class T>
    Result<> read(const Json& json, const std::string& field, std::vector<T>& list) const
    {
        if (!json.is_array()) return bad_field(field, "a list was expected");
        list.clear();
        list.reserve(json.size());
        for (const auto& one : json) {
            const std::string place = field + '.' + std::to_string(list.size());
            TRY(read(one, place, list.emplace_back()));
        }
        return {};
    }
    template <class T>
    Result<> read(const Json& json, const std::string& field, T& message) const requires std::is_class_v<T>
    {
        if (!json.is_object()) return bad_field(field, "an object was expected");
        Reader inner{json, field, absent_};
        fields(inner, message);
        return std::move(inner.outcome);
    }

    const Json* json_;
    std::string path_;
    Absent absent_;
};

template <class Message>
std::string written_as_json(const Message& message)
{
    return Writer::written(message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Message>
Result<Message> read_from_json(std::string_view text, Absent absent = Absent::is_an_error)
{
    TRY_LET(const Json json, parse_object(text));
    Message message;
    Reader reader{json, "", absent};
    fields(reader, message);
    TRY(std::move(reader.outcome));
    return message;
}

}  // namespace one::wire

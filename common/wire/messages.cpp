// Messages as JSON. The reader names the first field that is missing or of a wrong type and never lets an exception out.
#include "common/wire/messages.hpp"

#include "common/text/encoding.hpp"
#include "common/wire/fields.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <limits>
#include <type_traits>

namespace one::wire {
namespace {

using Json = nlohmann::ordered_json;  // fields keep their order, so that the same message has the same bytes

constexpr std::size_t text_limit = 8 * 1024 * 1024;
constexpr int depth_limit = 16;

Failure bad_field(const std::string& field, std::string reason)
{
    return fail({.kind = ErrorKind::invalid, .thing = field, .reason = std::move(reason), .doing = "read field"});
}

class Writer {
public:
    template <class T> void operator()(const char* name, const T& value) { json[name] = written(value); }
    template <class Message> static Json written(const Message& message)
        requires std::is_class_v<Message>
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
    template <class T> static Json written(const std::vector<T>& list)
    {
        Json array = Json::array();
        for (const auto& one : list) array.push_back(written(one));
        return array;
    }
};

class Reader {
public:
    Reader(const Json& object, std::string path) : json_(&object), path_(std::move(path)) {}

    template <class T> void operator()(const char* name, T& value)
    {
        if (!outcome) return;  // the first mistake is the one that is told
        const std::string field = path_.empty() ? name : path_ + '.' + name;
        const auto found = json_->find(name);
        if (found == json_->end()) outcome = bad_field(field, "it is missing");
        else outcome = read(*found, field, value);
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
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > largest) return bad_field(field, "the number is too large");
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
    template <class T> static Result<> read(const Json& json, const std::string& field, std::vector<T>& list)
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
    template <class T> static Result<> read(const Json& json, const std::string& field, T& message)
        requires std::is_class_v<T>
    {
        if (!json.is_object()) return bad_field(field, "an object was expected");
        Reader inner{json, field};
        fields(inner, message);
        return std::move(inner.outcome);
    }

    const Json* json_;
    std::string path_;
};

Failure bad_text(std::string reason)
{
    return fail({.kind = ErrorKind::invalid, .thing = "the message", .reason = std::move(reason), .doing = "read"});
}

Result<Json> parse(std::string_view text)
{
    if (text.size() > text_limit) return bad_text("it is larger than any message may be");
    bool too_deep = false;
    const auto keep = [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > depth_limit;
        return depth <= depth_limit;
    };
    Json json = Json::parse(text.begin(), text.end(), keep, false);
    if (too_deep) return bad_text("it is nested deeper than any message may be");
    if (json.is_discarded()) return bad_text("it is not JSON");
    if (!json.is_object()) return bad_text("it is not a JSON object");
    return json;
}

}  // namespace

template <class Message>
std::string to_json(const Message& message)
{
    return Writer::written(message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Message>
Result<Message> from_json(std::string_view text)
{
    TRY_LET(const Json json, parse(text));
    Message message;
    Reader reader{json, ""};
    fields(reader, message);
    TRY(std::move(reader.outcome));
    return message;
}

std::string version_of(DesiredState desired)
{
    desired.version.clear();
    return to_hex(sha256(to_json(desired)));
}

#define ONE_WIRE_MESSAGE(type)                        \
    template std::string to_json<type>(const type&);  \
    template Result<type> from_json<type>(std::string_view)

ONE_WIRE_MESSAGE(Hello);
ONE_WIRE_MESSAGE(Facts);
ONE_WIRE_MESSAGE(Wishes);
ONE_WIRE_MESSAGE(PlanRequest);
ONE_WIRE_MESSAGE(DesiredState);
ONE_WIRE_MESSAGE(Finding);
ONE_WIRE_MESSAGE(PlanAnswer);
ONE_WIRE_MESSAGE(EnrollRequest);
ONE_WIRE_MESSAGE(EnrollAnswer);
ONE_WIRE_MESSAGE(RenewRequest);
ONE_WIRE_MESSAGE(RenewAnswer);
ONE_WIRE_MESSAGE(LoginChallenge);
ONE_WIRE_MESSAGE(MonitoringChallenge);
ONE_WIRE_MESSAGE(MonitoringSent);
ONE_WIRE_MESSAGE(ProofReport);
ONE_WIRE_MESSAGE(HostReport);
ONE_WIRE_MESSAGE(LeaveRequest);
ONE_WIRE_MESSAGE(ApiError);

}  // namespace one::wire

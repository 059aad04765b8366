// Messages as JSON. Nothing in here throws: what is wrong with a text is a value.
#include "common/wire/messages.hpp"

#include "common/text/encoding.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/visit.hpp"

namespace one::wire {
namespace {

constexpr std::size_t text_limit = 8 * 1024 * 1024;
constexpr int depth_limit = 16;
constexpr int count_limit =
    300'000;  // a small text of many small values takes fifty times its size; 12000 nodes are 110000

Failure bad_text(std::string reason)
{
    return fail({.kind = ErrorKind::invalid, .thing = "the message", .reason = std::move(reason), .doing = "read"});
}

// Looks how deep it is and how much, and keeps nothing: a parser that asks about each value while it builds the lists
// goes over a long one again for every entry.
class Measure final : public nlohmann::json_sax<Json> {
public:
    bool too_deep = false;
    bool too_much = false;

    bool null() override { return counts(); }
    bool boolean(bool) override { return counts(); }
    bool number_integer(number_integer_t) override { return counts(); }
    bool number_unsigned(number_unsigned_t) override { return counts(); }
    bool number_float(number_float_t, const string_t&) override { return counts(); }
    bool string(string_t&) override { return counts(); }
    bool binary(binary_t&) override { return counts(); }
    bool key(string_t&) override { return counts(); }
    bool start_object(std::size_t) override { return opens(); }
    bool start_array(std::size_t) override { return opens(); }
    bool end_object() override { return closes(); }
    bool end_array() override { return closes(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool counts()
    {
        too_much = ++count_ > count_limit;
        return !too_much;
    }
    bool opens()
    {
        too_deep = ++depth_ > depth_limit;
        return !too_deep && counts();
    }
    bool closes()
    {
        --depth_;
        return true;
    }

    int depth_ = 0;
    int count_ = 0;
};

}  // namespace

Failure bad_field(const std::string& field, std::string reason)
{
    return fail({.kind = ErrorKind::invalid, .thing = field, .reason = std::move(reason), .doing = "read field"});
}

Result<Json> parse_object(std::string_view text)
{
    if (text.size() > text_limit) return bad_text("it is larger than any message may be");
    Measure measure;
    const bool is_json = Json::sax_parse(text.begin(), text.end(), &measure);
    if (measure.too_deep) return bad_text("it is nested deeper than any message may be");
    if (measure.too_much) return bad_text("it has more values than any message may have");
    if (!is_json) return bad_text("it is not JSON");
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object()) return bad_text("it is not a JSON object");
    return json;
}

template <class Message>
std::string to_json(const Message& message)
{
    return written_as_json(message);
}

template <class Message>
Result<Message> from_json(std::string_view text)
{
    return read_from_json<Message>(text);
}

std::string version_of(DesiredState desired)
{
    desired.version.clear();
    return to_hex(sha256(to_json(desired)));
}

std::string text_to_sign(const RecoveryRequest& request)
{
    return "onenode recovers\n" + request.nonce + '\n' + to_hex(sha256(request.certificate_request)) + '\n';
}

#define ONE_WIRE_MESSAGE(type)                       \
    template std::string to_json<type>(const type&); \
    template Result<type> from_json<type>(std::string_view)

ONE_WIRE_MESSAGE(Hello);
ONE_WIRE_MESSAGE(Facts);
ONE_WIRE_MESSAGE(Wishes);
ONE_WIRE_MESSAGE(PlanRequest);
ONE_WIRE_MESSAGE(DesiredState);
ONE_WIRE_MESSAGE(Neighbours);
ONE_WIRE_MESSAGE(Finding);
ONE_WIRE_MESSAGE(PlanAnswer);
ONE_WIRE_MESSAGE(AskRequest);
ONE_WIRE_MESSAGE(AskAnswer);
ONE_WIRE_MESSAGE(EnrollRequest);
ONE_WIRE_MESSAGE(EnrollAnswer);
ONE_WIRE_MESSAGE(RenewRequest);
ONE_WIRE_MESSAGE(RenewAnswer);
ONE_WIRE_MESSAGE(RecoveryChallenge);
ONE_WIRE_MESSAGE(RecoveryRequest);
ONE_WIRE_MESSAGE(LoginChallenge);
ONE_WIRE_MESSAGE(MonitoringChallenge);
ONE_WIRE_MESSAGE(MonitoringSent);
ONE_WIRE_MESSAGE(ProofReport);
ONE_WIRE_MESSAGE(HostReport);
ONE_WIRE_MESSAGE(MovedRequest);
ONE_WIRE_MESSAGE(MovedAnswer);
ONE_WIRE_MESSAGE(LeaveRequest);
ONE_WIRE_MESSAGE(ApiError);

}  // namespace one::wire

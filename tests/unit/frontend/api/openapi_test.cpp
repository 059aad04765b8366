// docs/openapi.yaml says what the service does: its routes, who may call them, every field, every error.
#include "common/wire/fields.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/json.hpp"
#include "tests/unit/frontend/api/with_service.hpp"

#include <gmock/gmock.h>

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace onefrontend::api {
namespace {

namespace wire = one::wire;
using ::testing::Contains;
using ::testing::UnorderedElementsAreArray;

const YAML::Node& description()
{
    static const YAML::Node file = YAML::LoadFile(OPENAPI);
    return file;
}

YAML::Node operation(const Route& route)
{
    std::string method{route.method};
    std::ranges::transform(method, method.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return description()["paths"][std::string{route.path}][method];
}

std::vector<std::string> keys_of(const YAML::Node& map)
{
    std::vector<std::string> keys;
    for (const auto& each : map)
        keys.push_back(each.first.as<std::string>());
    return keys;
}

TEST(Openapi, HasTheRoutesThatThereAreAndTheirMethods)
{
    std::vector<std::string> there;
    std::vector<std::string> described;
    for (const Route* route : all_routes())
        there.push_back(std::string{route->method} + ' ' + std::string{route->path});
    for (const auto& path : description()["paths"])
        for (auto method : keys_of(path.second)) {
            std::ranges::transform(method, method.begin(), [](unsigned char letter) { return std::toupper(letter); });
            described.push_back(method + ' ' + path.first.as<std::string>());
        }
    EXPECT_THAT(described, UnorderedElementsAreArray(there));
}

/// The only one; empty: none.
std::string scheme_of(const YAML::Node& security)
{
    EXPECT_LE(security.size(), 1U);
    return security.size() == 0 ? "" : security[0].begin()->first.as<std::string>();
}

TEST(Openapi, SaysWhoMayCall)
{
    for (const Route* route : all_routes()) {
        const auto described = operation(*route);
        const bool is_nodes = route->caller == Caller::node || route->caller == Caller::lapsed_node;
        const bool is_admins = route->caller == Caller::admin;
        const std::string scheme = is_nodes ? "nodeCertificate" : is_admins ? "opennebulaUser" : "";
        EXPECT_EQ(scheme_of(described["security"]), scheme) << route->path;
        EXPECT_EQ(described["responses"]["401"].IsDefined(), is_admins) << route->path;
        EXPECT_EQ(described["x-ended-certificate"].IsDefined(), route->caller == Caller::lapsed_node) << route->path;
        const bool can_be_guessed = is_admins || route->caller == Caller::token;
        EXPECT_EQ(described["responses"]["429"].IsDefined(), can_be_guessed) << route->path;
    }
}

/// Walks a message as reader and writer do, and compares each field with the schema.
class Compared {
public:
    explicit Compared(std::string message) :
        message_(std::move(message)), schema_(description()["components"]["schemas"][message_])
    {
    }

    template <class T>
    void operator()(const char* name, const T&)
    {
        compare(name, shape<T>());
        required_.emplace_back(name);
    }
    template <class T>
    void newer(const char* name, const T&)
    {
        compare(name, shape<T>());
    }
    void end()
    {
        EXPECT_EQ(keys_of(schema_["properties"]), names_) << message_;
        EXPECT_EQ(schema_["required"].as<std::vector<std::string>>(std::vector<std::string>{}), required_) << message_;
    }

private:
    void compare(const char* name, const std::string& shape)
    {
        names_.emplace_back(name);
        EXPECT_EQ(written(schema_["properties"][name]), shape) << message_ << '.' << name;
    }
    static std::string written(const YAML::Node& schema)
    {
        if (!schema.IsDefined()) return "nothing";
        if (const auto other = schema["$ref"]) {
            const auto name = other.as<std::string>();
            return name.substr(name.rfind('/') + 1);
        }
        const auto type = schema["type"].as<std::string>();
        if (type == "array") return "list of " + written(schema["items"]);
        return schema["format"] ? type + ' ' + schema["format"].as<std::string>() : type;
    }
    template <class T>
    static std::string shape()
    {
        if constexpr (std::is_same_v<T, std::string>) return "string";
        if constexpr (std::is_same_v<T, one::Secret>) return "string password";
        if constexpr (std::is_same_v<T, int>) return "integer int32";
        if constexpr (std::is_same_v<T, std::int64_t>) return "integer int64";
        if constexpr (std::is_same_v<T, bool>) return "boolean";
        if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>)
            return "list of " + shape<typename T::value_type>();
        if constexpr (std::is_same_v<T, wire::Facts>) return "Facts";
        if constexpr (std::is_same_v<T, wire::Wishes>) return "Wishes";
        if constexpr (std::is_same_v<T, wire::DesiredState>) return "DesiredState";
        if constexpr (std::is_same_v<T, wire::NamedAddress>) return "NamedAddress";
        if constexpr (std::is_same_v<T, wire::Repository>) return "Repository";
        if constexpr (std::is_same_v<T, wire::Finding>) return "Finding";
        if constexpr (std::is_same_v<T, wire::LoginChallenge>) return "LoginChallenge";
        return "unknown";
    }

    std::string message_;
    YAML::Node schema_;
    std::vector<std::string> names_{};
    std::vector<std::string> required_{};
};

template <class Message>
std::string compare(const char* name)
{
    Message message;
    Compared with{name};
    fields(with, message);
    with.end();
    return name;
}

TEST(Openapi, HasTheFieldsOfEachMessage)
{
    const std::vector<std::string> compared{
        compare<wire::Hello>("Hello"),
        compare<wire::Repository>("Repository"),
        compare<wire::Facts>("Facts"),
        compare<wire::Wishes>("Wishes"),
        compare<wire::PlanRequest>("PlanRequest"),
        compare<wire::NamedAddress>("NamedAddress"),
        compare<wire::DesiredState>("DesiredState"),
        compare<wire::Neighbours>("Neighbours"),
        compare<wire::Finding>("Finding"),
        compare<wire::PlanAnswer>("PlanAnswer"),
        compare<wire::AskRequest>("AskRequest"),
        compare<wire::AskAnswer>("AskAnswer"),
        compare<wire::EnrollRequest>("EnrollRequest"),
        compare<wire::EnrollAnswer>("EnrollAnswer"),
        compare<wire::RenewRequest>("RenewRequest"),
        compare<wire::RenewAnswer>("RenewAnswer"),
        compare<wire::RecoveryChallenge>("RecoveryChallenge"),
        compare<wire::RecoveryRequest>("RecoveryRequest"),
        compare<wire::LoginChallenge>("LoginChallenge"),
        compare<wire::MonitoringChallenge>("MonitoringChallenge"),
        compare<wire::MonitoringSent>("MonitoringSent"),
        compare<wire::ProofReport>("ProofReport"),
        compare<wire::HostReport>("HostReport"),
        compare<wire::MovedRequest>("MovedRequest"),
        compare<wire::MovedAnswer>("MovedAnswer"),
        compare<wire::LeaveRequest>("LeaveRequest"),
        compare<wire::ApiError>("ApiError"),
        "AdminAnswer",  // which the verbs' own tests compare
    };
    EXPECT_THAT(keys_of(description()["components"]["schemas"]), UnorderedElementsAreArray(compared));
}

constexpr std::array every_kind{
    one::ErrorKind::internal,    one::ErrorKind::not_found, one::ErrorKind::denied,    one::ErrorKind::invalid,
    one::ErrorKind::conflict,    one::ErrorKind::busy,      one::ErrorKind::timeout,   one::ErrorKind::unreachable,
    one::ErrorKind::untrusted,   one::ErrorKind::no_space,  one::ErrorKind::read_only, one::ErrorKind::unsupported,
    one::ErrorKind::interrupted,
};

TEST(Openapi, HasEveryErrorOfEachRoute)
{
    const auto kinds =
        description()["components"]["schemas"]["ApiError"]["properties"]["kind"]["enum"].as<std::vector<std::string>>();
    std::vector<std::string> there;
    for (const auto kind : every_kind) {
        there.emplace_back(to_string(kind));
        const auto status = std::to_string(error_response({.kind = kind}).status);
        for (const Route* route : all_routes())
            EXPECT_THAT(keys_of(operation(*route)["responses"]), Contains(status)) << route->path;
    }
    EXPECT_THAT(kinds, UnorderedElementsAreArray(there));
    for (const Route* route : all_routes())
        EXPECT_THAT(keys_of(operation(*route)["responses"]), Contains("405"));
}

class OpenapiService : public WithService {
protected:
    OpenapiService()
    {
        service.admins = &admins;
        service.admin_networks = {*one::read_network("0.0.0.0/0")};
    }

    test::FakeAdmins admins{};
    void expect_described(const Route& route, one::http::Request request)
    {
        const auto answered = test::run(answer(service, std::move(request)));
        const auto status = std::to_string(answered.status);
        EXPECT_THAT(keys_of(operation(route)["responses"]), Contains(status)) << route.path << answered.body;
        if (answered.status < 400) return;
        const auto error = wire::from_json<wire::ApiError>(answered.body);
        EXPECT_TRUE(error) << answered.body;
        EXPECT_EQ(answered.status == 503 || answered.status == 429, !answered.header("Retry-After").empty());
        EXPECT_FALSE(answered.header("X-Request-Id").empty());
    }
};

TEST_F(OpenapiService, TakesTheFieldsOfAdminsThatAreWrittenThereAndNoOthers)
{
    for (const Route* route : all_routes()) {
        if (route->caller != Caller::admin || route->method != "POST") continue;
        auto body = Json::object();
        const auto schema = operation(*route)["requestBody"]["content"]["application/json"]["schema"];
        for (const auto& property : schema["properties"]) {
            const auto type = property.second["type"].as<std::string>();
            const auto words = property.second["enum"];
            Json value = words ? Json(words[1].as<std::string>()) : Json("kvm1");
            if (type == "integer") value = 7;
            if (type == "boolean") value = true;
            if (type == "array") value = Json::array({"10.0.0.0/8"});
            body[property.first.as<std::string>()] = value;
        }
        one::http::Request request{.method = "POST", .target = std::string{route->path}, .body = dump(body)};
        request.headers.emplace_back("Content-Type", "application/json");
        request.peer.address = "10.0.0.5";
        EXPECT_EQ(test::run(answer(service, request)).status, 401) << route->path;  // it was read, and nobody sent it
        body["limit"] = "misspelt";
        request.body = dump(body);
        const auto refused = test::run(answer(service, request));
        EXPECT_EQ(refused.status, 400) << route->path;
        EXPECT_NE(refused.body.find("there is no such field"), std::string::npos) << refused.body;
    }
}

TEST_F(OpenapiService, AnswersWhatIsWrittenThere)
{
    for (const Route* route : all_routes()) {
        one::http::Request request;
        request.method = route->method;
        request.target = route->path;
        request.peer.address = "10.0.0.5";
        expect_described(*route, request);
        request.body = "{\"token\":";
        expect_described(*route, request);
        request.method = "PATCH";
        expect_described(*route, request);
    }
}

}  // namespace
}  // namespace onefrontend::api

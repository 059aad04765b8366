// What oned's error codes and texts mean for us.
#include "frontend/oned/failure.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace onefrontend::oned {
namespace {

using one::Error;
using one::ErrorKind;
using namespace one::xmlrpc;

enum Code : std::int64_t {  // names as OpenNebula gives them
    authentication = 0x0100,
    authorization = 0x0200,
    no_exists = 0x0400,
    action = 0x0800,
    rpc_api = 0x1000,
    internal = 0x2000,
    allocate = 0x4000,
    locked = 0x8000,
    replication = 0x10000,
};

// All of them come with the code INTERNAL, before the call was executed.
constexpr std::array<std::string_view, 4> not_ready{"no leader found", "in election mode", "replicating log",
                                                    "zone disabled"};

bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

ErrorKind kind_of(std::int64_t code, std::string_view text)
{
    switch (code) {
    case authentication:
    case authorization: return ErrorKind::denied;
    case no_exists: return ErrorKind::not_found;
    case action:
    case locked: return ErrorKind::conflict;
    case rpc_api: return ErrorKind::invalid;
    case allocate: return holds(text, "already taken") ? ErrorKind::conflict : ErrorKind::invalid;
    case replication: return ErrorKind::busy;
    case internal: {
        const bool waits = std::ranges::any_of(not_ready, [&](std::string_view part) { return holds(text, part); });
        return waits ? ErrorKind::busy : ErrorKind::internal;
    }
    default: return ErrorKind::internal;
    }
}

std::string next_for(std::int64_t code, ErrorKind kind)
{
    if (code == authentication) return "look whether the file that oned_auth names holds the password oned knows";
    if (code == authorization) return "the account of oned_auth must be in OpenNebula's group oneadmin";
    if (kind == ErrorKind::busy) return "wait for the front-ends to elect a leader (onezone show 0), then try again";
    return {};
}

Error error_of(std::string_view method, std::int64_t code, std::string text)
{
    const std::string prefix = "[" + std::string{method} + "] ";  // oned puts it before every text
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
    const ErrorKind kind = kind_of(code, text);
    return {.kind = kind,
            .thing = std::string{method},
            .reason = std::move(text),
            .next = next_for(code, kind),
            .doing = "call"};
}

Error error_of(std::string_view method, const Fault& fault)
{
    constexpr int unknown_method = -506;
    constexpr int wrong_parameters = -501;
    constexpr int bad_xml = -503;
    const bool ours = fault.code == wrong_parameters || fault.code == bad_xml;
    const ErrorKind kind = fault.code == unknown_method ? ErrorKind::unsupported
                           : ours                       ? ErrorKind::invalid
                                                        : ErrorKind::internal;
    return {.kind = kind, .thing = std::string{method}, .reason = fault.text, .doing = "call"};
}

one::Failure garbled(std::string_view method)
{
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = "the answer to " + std::string{method},
                      .reason = "it is not what oned answers",
                      .next = "look whether the endpoint is oned's (port 2633)",
                      .doing = "read"});
}

}  // namespace

one::Result<Value> value_of(std::string_view method, Answer answer)
{
    if (const auto* fault = std::get_if<Fault>(&answer)) return one::fail(error_of(method, *fault));
    auto* parts = std::get_if<Array>(&std::get<Value>(answer).data);
    if (!parts || parts->size() < 3) return garbled(method);
    const auto* succeeded = std::get_if<bool>(&(*parts)[0].data);
    if (!succeeded) return garbled(method);
    if (*succeeded) return std::move((*parts)[1]);

    auto* text = std::get_if<std::string>(&(*parts)[1].data);
    const auto* code = std::get_if<std::int64_t>(&(*parts)[2].data);
    if (!text || !code) return garbled(method);
    return one::fail(error_of(method, *code, std::move(*text)));
}

}  // namespace onefrontend::oned
